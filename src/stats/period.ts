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

function parseRange(text: string, zone: string): Period | undefined {
  const [first, last, ...rest] = text.split('..');
  if (first === undefined || last === undefined || rest.length > 0) return undefined;
  const from = DateTime.fromISO(first, { zone });
  const to = DateTime.fromISO(last, { zone }).plus({ days: 1 });
  if (!/^\d{4}-\d\d-\d\d$/.test(first) || !/^\d{4}-\d\d-\d\d$/.test(last) || !from.isValid || !to.isValid)
    return undefined;
  return from < to ? { from: from.toJSDate(), to: to.toJSDate(), name: `${first} to ${last}` } : undefined;
}
