import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Period } from './period.ts';

/**
 * What happened within the period, from the history: releasing or reopening later changes none of it. One that was
 * acknowledged or closed several times counts each time. Times are medians in seconds, null where nothing was measured:
 * to the acknowledgement since it was opened, released or reopened; to the close since it was opened or reopened.
 */
export type Stats = Readonly<{
  opened: number;
  acknowledged: number;
  closed: number;
  openNow: number;
  /** Chats that ended without an answer of an agent; a later answer changes nothing. */
  missed: number;
  medianToAcknowledge: number | null;
  medianToClose: number | null;
}>;

/** What the numbers can be grouped by. */
export const groupings = ['severity', 'source', 'agent', 'tag', 'screen'] as const;
export type Grouping = (typeof groupings)[number];

/** `name` is null where there is none: nobody, no tag, no known screen. */
export type GroupStats = Stats & Readonly<{ name: string | null }>;

export async function countAll(db: Db, period: Period): Promise<Stats> {
  const [all] = await count(db, period, { joins: sql``, name: sql`null::text`, groupBy: sql`()` });
  if (!all) throw new Error('an aggregate always has a row');
  return all;
}

/** The busiest first; groups with nothing to count are left out. */
export async function countPerGroup(db: Db, period: Period, grouping: Grouping): Promise<GroupStats[]> {
  const rows = await count(db, period, groups[grouping]);
  return rows
    .filter((row) => activity(row) > 0)
    .toSorted((a, b) => activity(b) - activity(a) || (a.name ?? '').localeCompare(b.name ?? ''));
}

function activity({ opened, acknowledged, closed, openNow, missed }: Stats): number {
  return opened + acknowledged + closed + openNow + missed;
}

/**
 * How what happened is grouped: rows joined to each event, and a name for each group. What a grouping does not need is
 * not read: of a quarter there are hundreds of thousands of events.
 */
type Group = Readonly<{
  joins: RawBuilder<unknown>;
  name: RawBuilder<unknown>;
  groupBy: RawBuilder<unknown>;
  byPerson?: true;
}>;

const joinIncidences = sql`join incidences on incidences.id = events.incidence_id`;

const groups: Record<Grouping, Group> = {
  severity: { joins: joinIncidences, name: sql`severity`, groupBy: sql`severity` },
  // An alert about a conversation that a webhook reported first is an alert, as in /open.
  source: {
    joins: sql`${joinIncidences} cross join lateral (
      select case when alert_count > 0 then 'alert' else source end as name) as named`,
    name: sql`named.name`,
    groupBy: sql`named.name`,
  },
  // Whoever did it; what nobody of the team did yet, or the desk did, has no agent.
  agent: {
    joins: sql`left join people_names on people_names.id = person_id`,
    name: sql`people_names.name`,
    groupBy: sql`people_names.id, people_names.name`,
    byPerson: true,
  },
  tag: {
    joins: sql`left join incidence_tags on incidence_tags.incidence_id = events.incidence_id
      left join tags on tags.id = incidence_tags.tag_id`,
    name: sql`tags.name`,
    groupBy: sql`tags.name`,
  },
  screen: { joins: joinIncidences, name: sql`nullif(app_screen, '')`, groupBy: sql`nullif(app_screen, '')` },
};

/** `kind` of an event: what the incidence became, or `still-open` for one that is open now. Written as its index expects. */
const becameSomething = sql`(after ->> 'status') is distinct from (before ->> 'status')`;

/** The first to acknowledge it has it for good. */
const firstPerson = sql`(select actor_id from incidence_history h where h.incidence_id = happened.incidence_id
  and h.after ->> 'status' = 'acknowledged' and ${becameSomething} order by id limit 1)`;

async function count(db: Db, { from, to }: Period, { joins, name, groupBy, byPerson }: Group): Promise<GroupStats[]> {
  const { rows } = await sql<GroupStats>`
    with changes as (
      select id, incidence_id, at, actor_id, before ->> 'status' as was, after ->> 'status' as became
      from incidence_history where at >= ${from} and at < ${to} and ${becameSomething}
    ), happened as (
      select *, max(at) filter (where became = 'open') over earlier as since_open,
        -- A release does not begin anew what is closed later.
        max(at) filter (where became = 'open' and was is distinct from 'acknowledged') over earlier as since_opened
      from changes
      window earlier as (partition by incidence_id order by id rows between unbounded preceding and 1 preceding)
    ), events as (
      select incidence_id, 'opened' as kind, null::double precision as seconds,
        ${byPerson ? firstPerson : sql`null::bigint`} as person_id
      from happened where was is null and became = 'open'
      union all
      -- Only what was opened before the period is looked up.
      select incidence_id, became, extract(epoch from at - coalesce(
        case became when 'acknowledged' then since_open else since_opened end,
        (select max(at) from incidence_history h
         where h.incidence_id = happened.incidence_id and h.id < happened.id and h.after ->> 'status' = 'open'
           and ${becameSomething}
           and (became = 'acknowledged' or h.before ->> 'status' is distinct from 'acknowledged')))), actor_id
      from happened where became in ('acknowledged', 'closed')
      union all
      select incidence_id, 'missed', null, null from incidence_history
      where at >= ${from} and at < ${to} and action = 'missed'
      union all
      select id, 'still-open', null, acknowledged_by from incidences where status <> 'closed'
    )
    select ${name} as name,
      count(*) filter (where events.kind = 'opened')::integer as opened,
      count(*) filter (where events.kind = 'acknowledged')::integer as acknowledged,
      count(*) filter (where events.kind = 'closed')::integer as closed,
      count(*) filter (where events.kind = 'still-open')::integer as open_now,
      count(*) filter (where events.kind = 'missed')::integer as missed,
      percentile_cont(0.5) within group (order by seconds)
        filter (where events.kind = 'acknowledged') as median_to_acknowledge,
      percentile_cont(0.5) within group (order by seconds)
        filter (where events.kind = 'closed') as median_to_close
    from events ${joins}
    group by ${groupBy}`.execute(db);
  return rows;
}
