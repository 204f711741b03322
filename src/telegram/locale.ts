import type { CardSettings } from '../settings/card-settings.ts';
import type { Current } from '../database/current.ts';
import type { Config } from '../config/config.ts';
import { type Texts, textsIn } from './texts/texts.ts';

/** How the team reads times, money and words. */
export type Locale = Readonly<{
  zone: string;
  /** In which days and months are named, as leads set it. */
  dateLanguage: () => string;
  currency: string;
  texts: Texts;
  /** Cards of Chatwoot's conversations offer to reply to the customer. */
  offersReply: boolean;
  /** Those of TELEGRAM_ADMIN_IDS: cards offer to assign to them too. */
  adminIds: readonly number[];
  /** What cards show, as leads set it. */
  cards: () => CardSettings;
}>;

/** How dates are written. */
export type Dates = Pick<Locale, 'zone' | 'dateLanguage'>;

type Chosen = Readonly<{ cards: Pick<Current<CardSettings>, 'value'>; dateLanguage: Pick<Current<string>, 'value'> }>;

export function localeOf({ timezone, currency, language, chatwoot, telegram }: Config, chosen: Chosen): Locale {
  return {
    zone: timezone,
    dateLanguage: chosen.dateLanguage.value,
    currency,
    texts: textsIn(language),
    offersReply: chatwoot.apiToken !== undefined,
    adminIds: telegram.adminIds,
    cards: chosen.cards.value,
  };
}
