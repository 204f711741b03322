import type { Config } from '../../config/config.ts';
import { en } from './en.ts';

/** One object a language; a text missing from another language does not compile. */
export type Texts = typeof en;

const languages: Readonly<Record<Config['language'], Texts>> = { en };

export function textsIn(language: Config['language']): Texts {
  return languages[language];
}
