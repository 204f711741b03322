import type { Config } from '../config/config.ts';
import { type Texts, textsIn } from './texts/texts.ts';

/** How the team reads times, money and words. */
export type Locale = Readonly<{ zone: string; currency: string; texts: Texts }>;

export function localeOf({ timezone, currency, language }: Config): Locale {
  return { zone: timezone, currency, texts: textsIn(language) };
}
