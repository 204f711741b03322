import type { TelegramHandlers } from '../processes/telegram.ts';
import type { FloodMode } from 'telegram-sandbox';
import { type Remote, startRemote } from './remote.ts';

export type Telegram = Remote<TelegramHandlers> & Readonly<{ apiRoot: string }>;

/** A Telegram in a process of its own. */
export async function startTelegram(flood: FloodMode): Promise<Telegram> {
  const remote = startRemote<TelegramHandlers>(new URL('../processes/telegram.ts', import.meta.url));
  return { ...remote, apiRoot: await remote.call('start', flood) };
}

/** The conversation whose card a message is. */
export function conversationOf(text: string): number | undefined {
  const id = /Conversation ID:(?:<\/b>)? #(\d+)/.exec(text)?.[1];
  return id === undefined ? undefined : Number(id);
}
