import { cleanLine, cleanText } from '../sources/clean-text.ts';

/** What a visitor answered before the chat, and what else the first message contains. */
export type PreChat = Readonly<{
  email: string | undefined;
  phone: string | undefined;
  /** All of them but the message, by label. */
  answers: Readonly<Record<string, string>>;
  message: string;
}>;

/** Tawk.to puts spaces around the colon, which people rarely type. */
const answerLine = /^([^\n:]{1,60}?) : ?(.*)$/;
/** The field of a form in which people say what they want. */
const messageLabel = /^(your )?(message|question|enquiry|inquiry|comments?|issue|how can we help( you)?\??)$/i;
const emailLabel = /^(your )?e-?mail( address)?$/i;
const phoneLabel = /^(your )?(phone|mobile|whatsapp)( no\.?| number)?$/i;

/**
 * The answers of the pre-chat form come as the first message, one `Label : answer` a line (facts of the widget's own script).
 * From the first line on that is no answer, everything is the message.
 */
export function readPreChat(text: string): PreChat {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => line.trim() !== '' && !answerLine.test(line));
  const answered = lines.slice(0, end === -1 ? lines.length : end).flatMap((line) => {
    const [, label = '', answer = ''] = answerLine.exec(line) ?? [];
    return label.trim() === '' ? [] : [{ label: cleanLine(label, 60), answer: cleanText(answer) }];
  });
  const find = (wanted: RegExp) => answered.find(({ label }) => wanted.test(label))?.answer || undefined;
  const others = answered.filter(({ label, answer }) => answer !== '' && !messageLabel.test(label));
  const email = find(emailLabel)?.toLowerCase();
  const rest = end === -1 ? '' : lines.slice(end).join('\n');
  return {
    email: email?.includes('@') ? email : undefined,
    phone: find(phoneLabel),
    answers: Object.fromEntries(others.map(({ label, answer }) => [label, cleanLine(answer)])),
    message: [find(messageLabel), rest].filter(Boolean).join('\n').trim(),
  };
}
