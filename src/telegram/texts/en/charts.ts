import type { StatsView } from '../../views/stats.ts';
import { stats } from './stats.ts';

/** What is written in the pictures of /stats. */
export const charts = {
  stats: (period: string) => `Stats for ${period}`,
  friction: (period: string) => `Friction in ${period}`,
  counts: (opened: number, closed: number, openNow: number) =>
    `${opened} opened · ${closed} closed · ${openNow} open now`,
  opened: 'Opened',
  closed: 'Closed',
  times: 'Median time, minutes',
  toAcknowledge: 'To acknowledgement',
  toAnswer: 'To first answer',
  by: (view: StatsView) => `By ${stats.views[view].toLowerCase()}`,
  group: (opened: number, openNow: number, acknowledgedIn: string | undefined) =>
    [
      opened > 0 ? `${opened} opened` : `${openNow} open`,
      ...(acknowledgedIn === undefined ? [] : [`acknowledged in ${acknowledgedIn}`]),
    ].join(' · '),
  carts: (waiting: string, lost: string) => `Carts waiting now: ${waiting} · lost: ${lost}`,
  map: 'Incidences · mean friction score of 100',
  cartsOverTime: (currency: string) => `Carts, thousands of ${currency}`,
  lost: 'Lost',
  noStage: 'Unknown stage',
};
