import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
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

/** What the numbers can be told apart by. */
export const groupings = ['severity', 'source', 'agent', 'tag', 'screen'] as const;
export type Grouping = (typeof groupings)[number];

/** `name` is null where there is none: nobody, no tag, no known screen. */
export type GroupStats = Stats & Readonly<{ name: string | null }>;

export async function countAll(db: Db, period: Period): Promise<Stats> {
  const [all] = await count(db, period, everything);
  if (!all) throw new Error('an aggregate always has a row');
  return all;
}

/** The busiest first; groups with nothing to count are left out. */
export async function countPerGroup(db: Db, period: Period, grouping: Grouping): Promise<GroupStats[]> {
  const rows = await count(db, period, parts[grouping]);
  return rows
    .filter((row) => busyness(row) > 0)
    .toSorted((a, b) => busyness(b) - busyness(a) || (a.name ?? '').localeCompare(b.name ?? ''));
}

function busyness({ opened, acknowledged, closed, openNow }: Stats): number {
  return opened + acknowledged + closed + openNow;
}

/**
 * How the incidences are cut: rows joined to each, a name for each row, and whether the row counts what became of the
 * incidence up to its acknowledgement (`is_taken`) and its end (`is_closed`).
 */
type Part = Readonly<{ joins: RawBuilder<unknown>; name: RawBuilder<unknown>; groupBy: RawBuilder<unknown> }>;

const whole = sql`cross join (values (true, true)) as part (is_taken, is_closed)`;
const everything: Part = { joins: whole, name: sql`null::text`, groupBy: sql`()` };

const parts: Record<Grouping, Part> = {
  severity: { joins: whole, name: sql`severity`, groupBy: sql`severity` },
  // An alert about a conversation that a webhook told of first is an alert, as in /open.
  source: {
    joins: sql`${whole} cross join lateral (
      select case when alert_count > 0 then 'alert' else source end as name) as named`,
    name: sql`named.name`,
    groupBy: sql`named.name`,
  },
  // Who has it, or had it last, counts up to the acknowledgement; who closed it counts the end.
  agent: {
    joins: sql`cross join lateral (values (acknowledged_by, true, false), (closed_by, false, true))
        as part (person_id, is_taken, is_closed)
      left join people_names on people_names.id = part.person_id`,
    name: sql`people_names.name`,
    groupBy: sql`people_names.id, people_names.name`,
  },
  tag: {
    joins: sql`${whole} left join incidence_tags on incidence_tags.incidence_id = incidences.id
      left join tags on tags.id = incidence_tags.tag_id`,
    name: sql`tags.name`,
    groupBy: sql`tags.name`,
  },
  screen: { joins: whole, name: sql`nullif(app_screen, '')`, groupBy: sql`nullif(app_screen, '')` },
};

async function count(db: Db, period: Period, part: Part): Promise<GroupStats[]> {
  const { from, to } = period;
  const within = (column: 'opened_at' | 'acknowledged_at' | 'closed_at') =>
    sql`(${sql.ref(`incidences.${column}`)} >= ${from} and ${sql.ref(`incidences.${column}`)} < ${to})`;
  const { rows } = await sql<GroupStats>`
    select ${part.name} as name,
      count(*) filter (where is_taken and ${within('opened_at')})::integer as opened,
      count(*) filter (where is_taken and ${within('acknowledged_at')})::integer as acknowledged,
      count(*) filter (where is_closed and ${within('closed_at')})::integer as closed,
      count(*) filter (where is_taken and status <> 'closed')::integer as open_now,
      percentile_cont(0.5) within group (order by extract(epoch from acknowledged_at - opened_at))
        filter (where is_taken and ${within('acknowledged_at')}) as median_to_acknowledge,
      percentile_cont(0.5) within group (order by extract(epoch from closed_at - opened_at))
        filter (where is_closed and ${within('closed_at')}) as median_to_close
    from incidences ${part.joins}
    where status <> 'closed' or ${within('opened_at')} or ${within('acknowledged_at')} or ${within('closed_at')}
    group by ${part.groupBy}`.execute(db);
  return rows;
}
