import type { CardSettings } from '../settings/card-settings.ts';
import type { Config } from '../config/config.ts';
import { type Texts, textsIn } from './texts/texts.ts';

/** How the team reads times, money and words. */
export type Locale = Readonly<{
  zone: string;
  currency: string;
  texts: Texts;
  /** Cards of Chatwoot's conversations offer to reply to the customer. */
  offersReply: boolean;
  /** What cards show, as leads set it. */
  cards: () => CardSettings;
}>;

export function localeOf({ timezone, currency, language, chatwoot }: Config, cards: () => CardSettings): Locale {
  const offersReply = chatwoot.apiToken !== undefined;
  return { zone: timezone, currency, texts: textsIn(language), offersReply, cards };
}
