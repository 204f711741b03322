import type { PressAnswer } from './callbacks.ts';
import type { Button, Message } from './message.ts';
import { isObject } from './parameters.ts';
import { requireChat, requireMessage, requirePerson } from './person-actions.ts';
import { messageJson, userJson } from './render.ts';
import type { Telegram } from './telegram.ts';

type ButtonRef = string | { row: number; col: number };
export type Press = { chatId: number; messageId: number; button: ButtonRef; by: number };
export type PressData = { chatId: number; messageId: number; data: string; by: number };

/** Resolves with the bot's answer, or undefined when none came in time. */
export async function press(
  telegram: Telegram,
  { chatId, messageId, button, by }: Press,
): Promise<PressAnswer | undefined> {
  const message = requireMessage(telegram.world, chatId, messageId);
  const found = findButton(message, button);
  if ('disabled' in found) throw new Error(`the button ${quote(found.text)} is disabled`);
  if (typeof found['url'] === 'string') return { url: found['url'] };
  const copied = isObject(found['copy_text']) ? found['copy_text']['text'] : undefined;
  if (typeof copied === 'string') return { copied };
  const data = found['callback_data'];
  if (typeof data !== 'string')
    throw new Error(`the button ${quote(found.text)} is of a kind that the sandbox cannot press`);
  return pressData(telegram, { chatId, messageId, data, by });
}

/** A press with any data, as a forged client can send it. */
export async function pressData(
  telegram: Telegram,
  { chatId, messageId, data, by }: PressData,
): Promise<PressAnswer | undefined> {
  const { world, callbacks, updates } = telegram;
  const message = requireMessage(world, chatId, messageId);
  const chat = requireChat(world, chatId);
  const person = requirePerson(world, by);
  if (chat.type === 'private' && by !== chat.id) throw new Error('only its owner can press in a private chat');
  const { id, answered } = callbacks.open(by, chatId);
  updates.add('callback_query', `user:${by}`, {
    id,
    from: userJson(person),
    message: messageJson(world, message),
    chat_instance: String(Math.abs(chatId) * 7919),
    data,
  });
  return answered;
}

function findButton(message: Message, button: ButtonRef): Button {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  const found =
    typeof button === 'string' ? rows.flat().find(({ text }) => text === button) : rows[button.row]?.[button.col];
  if (found) return found;
  const wanted = typeof button === 'string' ? quote(button) : `at row ${button.row}, column ${button.col}`;
  const there = rows.flat().map(({ text }) => quote(text));
  const rest = there.length > 0 ? `there are ${there.join(', ')}` : 'it has no buttons';
  throw new Error(`no button ${wanted} under message ${message.message_id} in chat ${message.chatId}: ${rest}`);
}

function quote(text: string): string {
  return `"${text}"`;
}
