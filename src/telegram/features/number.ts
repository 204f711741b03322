import { type Html, html } from '../views/html.ts';

export function noSuchIncidence(id: number): Html {
  return html`There is no incidence #${id}. /open lists what is open.`;
}
