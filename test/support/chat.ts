import type { Message } from 'telegram-sandbox';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import type { Product } from './product.ts';
import { patiently } from './wait.ts';

export type Chat = ReturnType<typeof openChat>;

/** What people see and do in one chat, or in one topic of it. */
export function openChat({ sandbox }: Pick<Product, 'sandbox'>, chatId: number = SEED.supportTeam, threadId?: number) {
  const typed = (text: string, by: number, replyTo?: number) =>
    sandbox.type({
      chatId,
      by,
      text,
      ...(threadId === undefined ? {} : { threadId }),
      ...(replyTo === undefined ? {} : { replyTo }),
    });
  const messages = () => sandbox.messages(chatId, threadId);

  /** The newest card of an incidence. */
  function card(id: number): Message {
    const found = messages().findLast((message) => lastLine(message).startsWith(`#${id} · `));
    if (!found) throw new Error(`no card of #${id} in chat ${chatId}`);
    return found;
  }

  return {
    messages,
    card,
    /** The last line of the newest card: its number and state. */
    state: (id: number) => lastLine(card(id)),
    /** The words on the buttons under the newest card. */
    buttons: (id: number) => buttonsOf(card(id)),
    /** Presses a button of the newest card; resolves with the toast. */
    press: async (id: number, button: string, by: number = SEED.ana) =>
      toastOf(await sandbox.press({ chatId, messageId: card(id).message_id, button, by })),
    /** The same under any message. */
    pressUnder: async (message: Message, button: string, by: number = SEED.ana) =>
      toastOf(await sandbox.press({ chatId, messageId: message.message_id, button, by })),
    /** Any data, as a forged client could send it, under the newest card. */
    forge: async (id: number, data: string, by: number) =>
      toastOf(await sandbox.pressData({ chatId, messageId: card(id).message_id, data, by })),
    typed,
    /** Types a text and resolves with the bot's answer to it. */
    ask: (text: string, by: number = SEED.ana, replyTo?: number): Promise<Message> => {
      const question = typed(text, by, replyTo);
      return sandbox.waitFor(
        () => messages().find((message) => message.from.is_bot && message.replyTo === question.message_id),
        {
          ...patiently,
          what: `an answer to ${text}`,
        },
      );
    },
    /** Resolves with the card once it says this. */
    waitForCard: (id: number, words: string): Promise<Message> =>
      sandbox.waitFor(
        () =>
          messages().findLast((message) => lastLine(message).startsWith(`#${id} · `) && message.text?.includes(words)),
        { ...patiently, what: `a card of #${id} with "${words}"` },
      ),
    /** Resolves once these buttons, among others, stand under the newest card. */
    waitForButton: (id: number, button: string): Promise<Message> =>
      sandbox.waitFor(
        () =>
          messages().findLast(
            (message) => lastLine(message).startsWith(`#${id} · `) && buttonsOf(message).includes(button),
          ),
        { ...patiently, what: `a button ${button} under #${id}` },
      ),
    /** Resolves with the first message of the bot that has these words. */
    waitForText: (words: string): Promise<Message> =>
      sandbox.waitFor(() => messages().find((message) => message.from.is_bot && message.text?.includes(words)), {
        ...patiently,
        what: `"${words}"`,
      }),
  };
}

export function buttonsOf(message: Message): string[] {
  return (message.reply_markup?.inline_keyboard ?? []).flat().map(({ text }) => text);
}

function lastLine(message: Message): string {
  return message.text?.split('\n').at(-1) ?? '';
}

function toastOf(answer: { text?: string } | undefined): string | undefined {
  return answer?.text;
}
