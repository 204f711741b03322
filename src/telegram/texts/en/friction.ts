import { html, type Html } from '../../views/html.ts';

const incidences = (count: number) => (count === 1 ? '1 incidence' : `${count} incidences`);

export const friction = {
  title: (period: string) => html`🧭 <b>Friction in ${period}</b>`,
  empty: html`Nobody asked for help.`,
  waiting: (count: number, value: string) => html`Carts waiting now: <b>${value}</b> (${incidences(count)})`,
  lost: (count: number, value: string) => html`Carts lost: <b>${value}</b> (${incidences(count)})`,
  ordered: (ordered: number, asked: number, percent: number) =>
    html`Ordered within a day: <b>${percent}%</b> (${ordered} of ${asked} who asked before an order)`,
  cells: html`<b>Opened by screen and stage</b> (mean friction score of 100)`,
  cell: (screen: string, stage: string, opened: number, score: string | undefined) =>
    html`${screen} · ${stage}: <b>${opened}</b>${score === undefined ? '' : ` (${score})`}`,
  screens: 'Screens that lead to orders',
  conversion: (name: string, ordered: number, asked: number) => `${name} ${ordered} of ${asked}`,
  events: 'Events',
  guests: 'Guests',
  asked: (name: string, opened: number) => `${name} ${opened}`,
  list: (name: string, values: readonly string[]) => html`<b>${name}</b>: ${values.join(', ')}`,
  noScreen: 'unknown screen',
  noStage: 'unknown stage',
  unknown: 'unknown',
  explanations: (currency: string): readonly Html[] => [
    html`<b>How friction is counted</b>`,
    html`<b>Opened</b>: incidences that were opened in the period, by what the shop told of the visitor: screen, stage, event and guests as they are known now. Bellhop forgets the number of guests with the customer's data.`,
    html`<b>Friction score</b>: the mean of those that have one. A score of 0 to 1 counts as 0 to 100.`,
    html`<b>Carts waiting now</b>: what is not closed and has a cart but no order; the sum of the carts in ${currency}.`,
    html`<b>Carts lost</b>: carts without an order whose incidence was closed in the period before anybody answered the customer, or whose chat was missed. Each counts once, when that first happened; spam and duplicates do not. An answer outside Chatwoot and Tawk.to is not known.`,
    html`<b>Ordered within a day</b>: of those who had no order when they asked, how many got an order ID within 24 hours. For the last day the number may still rise.`,
  ],
};
