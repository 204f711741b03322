import { type Cell, csvHead, csvRows } from '../../exports/csv.ts';
import type { Friction } from '../../stats/friction.ts';
import type { Numbers, Totals } from '../../stats/numbers.ts';

const clocks = { to_acknowledge: 'toAcknowledge', to_answer: 'toAnswer', to_close: 'toClose' } as const;
const counts = {
  opened: 'opened',
  acknowledged: 'acknowledged',
  closed: 'closed',
  reopened: 'reopened',
  missed: 'missed',
  open_now: 'openNow',
  unacknowledged_now: 'unacknowledgedNow',
} as const;
const measured = ['n', 'median', 'p90', 'business_median', 'business_p90'];

/** The numbers behind the text as CSV: everything together, then each group. Times in seconds. */
export function numbersRows({ grouping, totals, groups }: Numbers): string {
  const columns = [
    grouping,
    ...Object.keys(counts),
    ...Object.keys(clocks).flatMap((clock) => measured.map((part) => `${clock}_${part}`)),
  ];
  const rows = groups.map((group) => rowOf(group.name ?? '', group));
  return csvHead(columns) + csvRows([rowOf('all', totals), ...rows]);
}

function rowOf(name: string, totals: Totals): Cell[] {
  const times = Object.values(clocks).flatMap((clock) => {
    const { real, business } = totals[clock];
    return [real.n, ...[real.median, real.p90, business.median, business.p90].map(rounded)];
  });
  return [name, ...Object.values(counts).map((count) => totals[count]), ...times];
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}

/** The same for friction: each screen and stage. */
export function frictionRows({ cells }: Friction): string {
  const rows = cells.map(({ screen, stage, opened, score, carts }) => [
    screen,
    stage,
    opened,
    rounded(score),
    carts.count,
    carts.value,
  ]);
  return csvHead(['screen', 'stage', 'opened', 'mean_score', 'carts', 'cart_value']) + csvRows(rows);
}
