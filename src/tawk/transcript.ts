import { cleanLine, cleanText } from '../sources/clean-text.ts';
import { instantOf, numberOf } from '../sources/attributes.ts';
import type { Transcript, TranscriptAttachment, TranscriptMessage } from '../transcripts/transcript.ts';
import { type Message, messageSchema, type Payload } from './payload.ts';

/** Some thirty years. */
const maxDurationSeconds = 1e9;

/** The messages of a finished chat in order. Entries that are not messages are left out; messages without text stay. */
export function transcriptOf(payload: Payload): Transcript {
  const inChat = payload.chat?.messages ?? [];
  const messages = inTimeOrder((inChat.length > 0 ? inChat : payload.messages).flatMap(readMessage));
  return { messages, durationSeconds: durationOf(messages, payload.chat?.duration) };
}

function readMessage(entry: unknown): TranscriptMessage[] {
  const message = messageSchema.safeParse(typeof entry === 'string' ? { text: entry } : entry).data;
  if (!message) return [];
  const attachments = attachmentsOf(message);
  const texts = [message.msg, message.text, message.message].filter((text) => text !== undefined);
  if (texts.length === 0 && attachments.length === 0) return [];
  const text = cleanText(texts.find((text) => text !== '') ?? '');
  return [{ ...senderOf(message.sender), text, at: instantOf(message.time), attachments }];
}

const senders = new Map<string, TranscriptMessage['sender']>([
  ['v', 'visitor'],
  ['visitor', 'visitor'],
  ['customer', 'visitor'],
  ['user', 'visitor'],
  ['a', 'agent'],
  ['agent', 'agent'],
  ['s', 'system'],
  ['system', 'system'],
]);

/**
 * Tawk.to's letters v, a, s, or a word for them. A visitor's messages carry no name and a greeting of the system may,
 * so any other word or a bare name is an agent's, and who is not named at all is the visitor.
 */
function senderOf(sender: Message['sender']): Pick<TranscriptMessage, 'sender' | 'name'> {
  const given: Exclude<Message['sender'], string> = typeof sender === 'string' ? { type: sender } : sender;
  const word = given?.t ?? given?.type ?? '';
  const known = senders.get(word.trim().toLowerCase());
  const name = cleanLine(given?.n ?? given?.name ?? (known ? '' : word)) || undefined;
  return { sender: known ?? (name ? 'agent' : 'visitor'), name };
}

function attachmentsOf(message: Message): TranscriptAttachment[] {
  return message.attchs.slice(0, 20).flatMap((attachment) => {
    const file = attachment?.content?.file;
    if (!file) return [];
    return [
      {
        name: cleanLine(file.name ?? '') || 'file',
        url: webUrl(file.url),
        mimeType: cleanLine(file.mimeType ?? '', 100) || undefined,
        bytes: file.size !== undefined && file.size >= 0 ? file.size : undefined,
      },
    ];
  });
}

function webUrl(url: string | undefined): string | undefined {
  const parsed = URL.parse(url ?? '');
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) return undefined;
  return parsed.href.length <= 2000 ? parsed.href : undefined;
}

/** Stable; a message without a time stays behind the one it followed. */
function inTimeOrder(messages: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  let latest = -Infinity;
  const timed = messages.map((message) => {
    latest = message.at?.getTime() ?? latest;
    return { message, time: latest };
  });
  return timed.toSorted((a, b) => (a.time === b.time ? 0 : a.time - b.time)).map(({ message }) => message);
}

/** Seconds, from the first message to the last: Tawk.to sends no duration. Else what a relay reported. */
function durationOf(messages: readonly TranscriptMessage[], reported: unknown): number | undefined {
  const times = messages.flatMap(({ at }) => (at ? [at.getTime()] : []));
  const [first, last] = [times[0], times.at(-1)];
  const measured = times.length > 1 && first !== undefined && last !== undefined ? (last - first) / 1000 : undefined;
  return plausible(measured) ?? plausible(numberOf(reported));
}

/** One message with a broken clock makes a chat of centuries, which no column holds and no reader believes. */
function plausible(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds >= 0 && seconds < maxDurationSeconds ? Math.round(seconds) : undefined;
}
