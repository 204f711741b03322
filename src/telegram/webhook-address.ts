import { createHmac } from 'node:crypto';
import type { TelegramConfig } from '../config/config.ts';

export const webhookPath = '/telegram/webhook';

/** How updates arrive: by polling, or by a webhook at this address. */
export type Arrival = Readonly<{ mode: 'polling' }> | Readonly<{ mode: 'webhook'; url: string; secret: string }>;

/** The secret, by which Telegram is recognized (Bot API, setWebhook), is derived from the bot's token unless it is set. */
export function arrivalOf(telegram: TelegramConfig): Arrival {
  if (telegram.mode !== 'webhook') return { mode: 'polling' };
  const { token, publicUrl, webhookSecret } = telegram;
  const derived = createHmac('sha256', token).update('bellhop telegram webhook').digest('hex');
  return { mode: 'webhook', url: `${publicUrl}${webhookPath}`, secret: webhookSecret ?? derived };
}

/** The number before the colon of a token is the bot's ID. */
export function botIdOf(token: string): number {
  return Number(token.split(':', 1)[0]);
}
