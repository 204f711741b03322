import { html } from '../../views/html.ts';

/** `/find`. */
export const find = {
  usage: html`What should I look for? Send words from a name, an e-mail address, an order, a message, a note or a tag: /find refund visa`,
  tooMany: (max: number) => html`Too many words: /find takes up to ${max}.`,
  tooSlow: html`This search takes too long. Add a word that fewer incidences have: a name, an e-mail address or an order number.`,
  none: (words: string) => html`🔎 <b>${words}:</b> nothing found. Try fewer words, or only their beginnings.`,
  heading: (words: string) => html`🔎 <b>${words}</b>, newest first`,
  corrected: (typed: string) => html`Nothing found for “${typed}”. Did you mean this?`,
  end: html`No more results.`,
  open: 'open',
  closed: (ago: string) => `closed ${ago} ago`,
};
