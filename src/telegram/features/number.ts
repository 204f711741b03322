import { type Html, html } from '../views/html.ts';

export function noSuchIncidence(id: number): Html {
  return html`No incidence #${id}. /open lists what is open.`;
}
