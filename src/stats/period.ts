import { DateTime } from 'luxon';

export const periodWords = ['today', 'yesterday', '7d', '30d', '90d'] as const;

export type Period = Readonly<{ from: Date; to: Date; name: string }>;

/**
 * `today`, `yesterday`, `7d`, `30d`, `90d` (days that end now, in the team's zone) or `<from>..<to>`,
 * whole days as YYYY-MM-DD, both included. Undefined for anything else.
 */
export function parsePeriod(text: string, zone: string, now: Date): Period | undefined {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  switch (text) {
    case 'today':
      return { from: today.toJSDate(), to: now, name: 'today' };
    case 'yesterday':
      return { from: today.minus({ days: 1 }).toJSDate(), to: today.toJSDate(), name: 'yesterday' };
    case '7d':
    case '30d':
    case '90d': {
      const days = Number.parseInt(text, 10);
      return { from: today.minus({ days: days - 1 }).toJSDate(), to: now, name: `the last ${days} days` };
    }
    default:
      return parseRange(text, zone);
  }
}

const dayMs = 86_400_000;

/** From two days on the hours that were counted before are of use; and only then every part consists of whole ones. */
export function isLong({ from, to }: Readonly<{ from: Date; to: Date }>): boolean {
  return to.getTime() - from.getTime() > 2 * dayMs;
}

/** As many days, right before; of a day that is not over, the day before until the same time. */
export function periodBefore(
  { from, to }: Readonly<{ from: Date; to: Date }>,
  zone: string,
): Readonly<{ from: Date; to: Date }> {
  const [start, end] = [from, to].map((at) => DateTime.fromJSDate(at, { zone })) as [DateTime, DateTime];
  const days = Math.max(1, Math.ceil(end.diff(start, 'days').days));
  return { from: start.minus({ days }).toJSDate(), to: end.minus({ days }).toJSDate() };
}

const mostHourSteps = 49;

/** Where the parts of a period begin: the hours of one day or two, else the days. */
export function stepsOf({ from, to }: Readonly<{ from: Date; to: Date }>, zone: string): Date[] {
  const start = DateTime.fromJSDate(from, { zone });
  const end = DateTime.fromJSDate(to, { zone });
  const hours = end.diff(start, 'hours').hours;
  const steps: Date[] = [];
  for (let step = 0; ; step += 1) {
    const at = start.plus(hours <= mostHourSteps ? { hours: step } : { days: step });
    if (at >= end) return steps;
    steps.push(at.toJSDate());
  }
}

/** The beginning of the hour by the clock on the wall. */
export function hourBegin(at: Date, zone: string): Date {
  return DateTime.fromJSDate(at, { zone }).startOf('hour').toJSDate();
}

function parseRange(text: string, zone: string): Period | undefined {
  const [first, last, ...rest] = text.split('..');
  if (first === undefined || last === undefined || rest.length > 0) return undefined;
  const from = DateTime.fromISO(first, { zone });
  const to = DateTime.fromISO(last, { zone }).plus({ days: 1 });
  if (!/^\d{4}-\d\d-\d\d$/.test(first) || !/^\d{4}-\d\d-\d\d$/.test(last) || !from.isValid || !to.isValid)
    return undefined;
  return from < to ? { from: from.toJSDate(), to: to.toJSDate(), name: `${first} to ${last}` } : undefined;
}
