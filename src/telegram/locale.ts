import type { Config } from '../config/config.ts';
import { type Texts, textsIn } from './texts/texts.ts';

/** How the team reads times, money and words. */
export type Locale = Readonly<{
  zone: string;
  currency: string;
  texts: Texts;
  /** Cards of Chatwoot's conversations offer to reply to the customer. */
  offersReply: boolean;
}>;

export function localeOf({ timezone, currency, language, chatwoot }: Config): Locale {
  const offersReply = chatwoot.apiToken !== undefined;
  return { zone: timezone, currency, texts: textsIn(language), offersReply };
}
