import { type Html, html } from '../views/html.ts';

/** An incidence's number as people type it: `42` or `#42`. */
export function numberOf(word: string | undefined): number | undefined {
  const digits = word?.replace(/^#/, '') ?? '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

export function noSuchIncidence(id: number): Html {
  return html`There is no incidence #${id}. /open lists what is open.`;
}
