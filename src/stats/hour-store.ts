import { sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { becameSomething, type Calendar, eventsIn, firstAnswered, type Span, stepOf } from './events.ts';
import type { FrictionPart } from './friction-store.ts';
import type { Grouping } from './numbers.ts';
import type { Fact, Packed } from './tally.ts';

/** An hour by the clock on the wall, counted for one group; `name` is '' where there is none. */
export type Hour = Span & Packed & Readonly<{ grouping: Grouping | 'all'; name: string }>;

/** The same of friction, which has sums instead of durations. */
type FrictionHour = Span &
  Readonly<{ grouping: FrictionPart['grouping']; name: string; counts: readonly number[]; sums: readonly number[] }>;

export type Progress = Readonly<{ historyId: number; settings: string }>;

export async function findProgress(db: Db): Promise<Progress | undefined> {
  return db.selectFrom('statsProgress').selectAll().executeTakeFirst();
}

export async function saveProgress(db: Db, historyId: number): Promise<void> {
  await db.updateTable('statsProgress').set({ historyId }).execute();
}

/** Hours are counted or deleted by one transaction at a time, so that none is kept that was read before a change. */
export async function lock(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('stats', 0))`.execute(trx);
}

/** Nothing is counted. */
export async function forget(trx: Trx): Promise<void> {
  await trx.deleteFrom('statsHours').execute();
  await trx.deleteFrom('statsProgress').execute();
}

/** Begins anew after this entry of the history. */
export async function reset(trx: Trx, progress: Progress): Promise<void> {
  await forget(trx);
  await trx.insertInto('statsProgress').values(progress).execute();
}

export async function countHours(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('statsHours')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('grouping', '=', 'all')
    .executeTakeFirstOrThrow();
  return count;
}

/** The hours that lie wholly within the span, in order, and what is stored of everything together. */
export async function findHours(db: Db, { from, to }: Span): Promise<(Span & Packed)[]> {
  return hoursWithin(db, { from, to }).select(['counts', 'durations']).execute();
}

/** The same without what was counted. */
export async function findSpans(db: Db, span: Span): Promise<Span[]> {
  return hoursWithin(db, span).execute();
}

function hoursWithin(db: Db, { from, to }: Span) {
  return db
    .selectFrom('statsHours')
    .select(['begins as from', 'ends as to'])
    .where('grouping', '=', 'all')
    .where('begins', '>=', from)
    .where('ends', '<=', to)
    .orderBy('begins');
}

/** Everything together in one step, from 1 on, or one group in all of them: then `step` is 0. */
export type Sum = Packed & Readonly<{ grouping: Grouping | 'all'; name: string; step: number }>;

/** The hours that make up these spans, joined by the database: there are thousands, and of each group as many. */
export async function sumHours(
  db: Db,
  spans: readonly Span[],
  { beginnings, grouping }: Readonly<{ beginnings: readonly Date[]; grouping?: Grouping }>,
): Promise<Sum[]> {
  const count = (index: number) => sql`sum(counts[${sql.lit(index)}])::integer`;
  const { rows } = await sql<Sum>`
    select grouping, name, case grouping when 'all' then ${stepOf(sql`begins`, beginnings)} else 0 end as step,
      array[${sql.join([1, 2, 3, 4, 5].map(count))}] as counts, string_agg(durations, '') as durations
    from unnest(${spans.map(({ from }) => from)}::timestamptz[], ${spans.map(({ to }) => to)}::timestamptz[])
      as span (first, last)
    join stats_hours on grouping = any(${grouping ? ['all', grouping] : ['all']}) and begins >= first and begins < last
    group by 1, 2, 3`.execute(db);
  return rows;
}

/** How many entries the history has that the hours have not followed; at most about `most`. */
export async function findLead(db: Db, { historyId }: Progress): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`select max(id) as last from incidence_history`.execute(db);
  return Math.max(0, (rows[0]?.last ?? 0) - historyId);
}

/**
 * When anything that is counted happened to incidences with an entry in this part of the history: their numbers may now
 * belong to another group.
 */
export async function findTouched(db: Db, after: number, upTo = Number.MAX_SAFE_INTEGER): Promise<Date[]> {
  const { rows } = await sql<{ at: Date }>`
    select distinct at from incidence_history
    where incidence_id in (select incidence_id from incidence_history where id > ${after} and id <= ${upTo})
      and (${becameSomething} or ${firstAnswered} or action = 'missed')
    order by at`.execute(db);
  return rows.map(({ at }) => at);
}

/** Deletes the hours in which any of these moments lies. */
export async function deleteHoursOf(db: Db, moments: readonly Date[]): Promise<void> {
  await sql`
    delete from stats_hours using (
      select distinct hour.begins from unnest(${moments}::timestamptz[]) moment
      cross join lateral (
        select begins, ends from stats_hours where grouping = 'all' and begins <= moment order by begins desc limit 1
      ) hour where moment < hour.ends
    ) touched where stats_hours.begins = touched.begins`.execute(db);
}

/** What is not counted between two moments, in order. */
export async function findGaps(db: Db, { from, to }: Span): Promise<Span[]> {
  const { rows } = await sql<Span>`
    select * from (
      select ends as "from", lead(begins) over (order by begins) as "to" from (
        select begins, ends from stats_hours where grouping = 'all' and begins >= ${from} and ends <= ${to}
        union all select ${from}, ${from} union all select ${to}, ${to}
      ) hours
    ) gaps where "from" < "to" order by "from"`.execute(db);
  return rows;
}

export async function insert(db: Db, hours: readonly (Hour | FrictionHour)[]): Promise<void> {
  await sql`
    insert into stats_hours (grouping, begins, ends, name, counts, durations, sums)
    select grouping, begins, ends, name, counts, decode(durations, 'base64'), sums
    from json_to_recordset(${JSON.stringify(
      hours.map(({ from, to, ...hour }) => ({
        ...hour,
        begins: from,
        ends: to,
        durations: 'durations' in hour ? hour.durations.toString('base64') : '',
      })),
    )}) as hour (grouping text, begins timestamptz, ends timestamptz, name text, counts integer[], durations text,
      sums double precision[])
    on conflict do nothing`.execute(db);
}

/** What happened once, with the groups it belongs to; an agent's is the person's id. */
export type GroupedFact = Fact & Readonly<{ at: Date; names: Readonly<Record<Grouping, readonly string[]>> }>;

export async function readFacts(db: Db, spans: readonly Span[], calendar: Calendar): Promise<GroupedFact[]> {
  if (spans.length === 0) return [];
  type Row = Fact & Record<Exclude<Grouping, 'tag'>, string> & { at: Date; tags: string[] | null };
  const { rows } = await sql<Row>`
    with ${eventsIn({ spans, calendar, withPerson: true })}
    select at, events.kind, seconds, ${calendar ? sql`business` : sql`null as business`},
      severity, case when alert_count > 0 then 'alert' else source end as source,
      coalesce(property, '') as inbox, coalesce(person_id::text, '') as agent, coalesce(stage, '') as stage,
      coalesce(app_screen, '') as screen,
      (select json_agg(tags.name) from incidence_tags join tags on tags.id = tag_id
       where incidence_tags.incidence_id = events.incidence_id) as tags
    from events cross join lateral (
      -- One by one: the number of facts is unknown to the planner, which would rather read every incidence.
      select * from incidences where incidences.id = events.incidence_id offset 0) incidences`.execute(db);
  return rows.map(({ at, kind, seconds, business, tags, ...names }) => ({
    at,
    kind,
    seconds,
    business,
    names: {
      severity: [names.severity],
      source: [names.source],
      inbox: [names.inbox],
      agent: [names.agent],
      stage: [names.stage],
      screen: [names.screen],
      tag: tags ?? [''],
    },
  }));
}
