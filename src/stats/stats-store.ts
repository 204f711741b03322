import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { type Severity, severities } from '../incidences/severity.ts';
import type { Period } from './period.ts';

/**
 * Counts of what happened within the period; medians in seconds, null where nothing was measured.
 * Acknowledged and closed count incidences that were so within the period, whenever they were opened.
 */
export type Stats = Readonly<{
  opened: number;
  acknowledged: number;
  closed: number;
  openNow: number;
  medianToAcknowledge: number | null;
  medianToClose: number | null;
}>;

export type SeverityStats = Stats & Readonly<{ severity: Severity | 'all' }>;

/** One row a severity, worst first, and one for all. */
export async function countPerSeverity(db: Db, period: Period): Promise<SeverityStats[]> {
  const { from, to } = period;
  const within = (column: 'opened_at' | 'acknowledged_at' | 'closed_at') =>
    sql`${sql.ref(`incidences.${column}`)} >= ${from} and ${sql.ref(`incidences.${column}`)} < ${to}`;
  const { rows } = await sql<SeverityStats>`
    select coalesce(severity, 'all') as severity,
      count(*) filter (where ${within('opened_at')})::integer as opened,
      count(*) filter (where ${within('acknowledged_at')})::integer as acknowledged,
      count(*) filter (where ${within('closed_at')})::integer as closed,
      count(*) filter (where status <> 'closed')::integer as open_now,
      percentile_cont(0.5) within group (order by extract(epoch from acknowledged_at - opened_at))
        filter (where ${within('acknowledged_at')}) as median_to_acknowledge,
      percentile_cont(0.5) within group (order by extract(epoch from closed_at - opened_at))
        filter (where ${within('closed_at')}) as median_to_close
    from incidences
    where status <> 'closed' or ${within('opened_at')} or ${within('acknowledged_at')} or ${within('closed_at')}
    group by grouping sets ((severity), ())`.execute(db);
  const order = ['all', ...severities.toReversed()];
  return rows.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
