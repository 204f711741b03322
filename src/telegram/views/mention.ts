import { type Html, html, isolated } from './html.ts';

/** Somebody's name, so that Telegram notifies them. */
export function mention({ telegramId, name }: Readonly<{ telegramId: number; name: string }>): Html {
  return html`<a href="tg://user?id=${telegramId}">${isolated(name)}</a>`;
}
