import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { rank } from '../delivery/delivery.ts';

export type Figure = Readonly<{
  metric: 'deliveries' | 'waiting' | 'oldest' | 'inbound' | 'incidences' | 'lost' | 'reconciled';
  label: string;
  value: number;
}>;

/** What is waiting and what is stuck. Each state is counted separately to use its partial index. */
export async function findAllFigures(db: Db, reconciled: readonly string[], now: Date): Promise<Figure[]> {
  const priorities = sql`unnest(${Object.keys(rank)}::text[], ${Object.values(rank)}::smallint[]) as p (priority, rank)`;
  const { rows } = await sql<Figure>`
    select 'deliveries' as metric, 'waiting' as label, count(*)::float8 as value from deliveries where state = 'waiting'
    union all select 'deliveries', 'folded', count(*)::float8 from deliveries where state = 'folded'
    union all select 'deliveries', 'dead', count(*)::float8 from deliveries where state = 'dead'
    union all
    select 'waiting', p.priority, count(d.id)::float8
    from ${priorities} left join deliveries d on d.state = 'waiting' and d.rank = p.rank group by p.priority
    union all
    select 'oldest', p.priority, coalesce(extract(epoch from ${now}::timestamptz - min(d.created_at)), 0)::float8
    from ${priorities} left join deliveries d on d.state = 'waiting' and d.rank = p.rank and d.due_at <= ${now}
    group by p.priority
    union all select 'inbound', 'stored', count(*)::float8 from inbound_events where state = 'stored'
    union all select 'inbound', 'failed', count(*)::float8 from inbound_events where state = 'failed'
    union all select 'inbound', 'drift', count(*)::float8 from inbound_events where state = 'drift'
    union all
    select 'incidences', severity, count(*)::float8 from incidences where status <> 'closed' group by severity
    union all
    -- A migrated chat is not lost: its messages go to its successor.
    select 'lost', '', count(*)::float8 from lanes where lost_at is not null and migrated_to is null
    union all
    select 'reconciled', source, extract(epoch from ${now}::timestamptz - succeeded_at)::float8
    from reconcilers where succeeded_at is not null and source = any(${reconciled}::text[])`.execute(db);
  return rows;
}
