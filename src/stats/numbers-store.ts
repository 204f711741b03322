import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { OpenRange } from '../config/open-ranges.ts';
import type { Clock, Flow, Group, Grouping, Standing, Step, Totals } from './numbers.ts';

type Span = Readonly<{ from: Date; to: Date }>;
/** When business is open, beginning before the oldest time that is counted from; undefined: always. */
type Calendar = readonly OpenRange[] | undefined;

export async function countFlow(db: Db, span: Span, calendar: Calendar): Promise<Flow> {
  return (await countEverything(db, span, { calendar })).flow;
}

export async function countTotals(db: Db, span: Span, calendar: Calendar): Promise<Totals> {
  const { flow, standing } = await countEverything(db, span, { calendar, withStanding: true });
  return { ...flow, ...standing };
}

/** The busiest first; groups with nothing to count are left out. */
export async function countGroups(db: Db, span: Span, calendar: Calendar, grouping: Grouping): Promise<Group[]> {
  const rows = await count(db, span, { ...groupsBy[grouping], calendar, withStanding: true });
  return rows
    .map(({ name, flow, standing }) => ({ name, ...flow, ...standing }))
    .filter((group) => activity(group) > 0)
    .toSorted((a, b) => activity(b) - activity(a) || (a.name ?? '').localeCompare(b.name ?? ''));
}

/** One for each beginning, also where nothing happened. */
export async function countSteps(db: Db, span: Span, calendar: Calendar, beginnings: readonly Date[]): Promise<Step[]> {
  const seconds = beginnings.map((at) => at.getTime() / 1000);
  const number = sql`width_bucket(extract(epoch from events.at)::double precision, ${seconds}::double precision[])`;
  const rows = await count(db, span, { joins: sql``, name: sql`${number}::text`, groupBy: sql`1`, calendar });
  const flows = new Map(rows.map(({ name, flow }) => [Number(name), flow]));
  return beginnings.map((from, index) => ({ from, ...(flows.get(index + 1) ?? nothing) }));
}

function activity({ opened, acknowledged, closed, reopened, missed, openNow }: Totals): number {
  return opened + acknowledged + closed + reopened + missed + openNow;
}

/**
 * How what happened is grouped: rows joined to each event, and a name for each group. What a grouping does not need is
 * not read: of a quarter there are hundreds of thousands of events.
 */
type GroupBy = Readonly<{
  joins: RawBuilder<unknown>;
  name: RawBuilder<unknown>;
  groupBy: RawBuilder<unknown>;
  byPerson?: true;
}>;

const joinIncidences = sql`join incidences on incidences.id = events.incidence_id`;

function byColumn(column: string): GroupBy {
  const value = sql`nullif(incidences.${sql.ref(column)}, '')`;
  return { joins: joinIncidences, name: value, groupBy: value };
}

const groupsBy: Record<Grouping, GroupBy> = {
  severity: byColumn('severity'),
  // An alert about a conversation that a webhook reported first is an alert, as in /open.
  source: {
    joins: sql`${joinIncidences} cross join lateral (
      select case when alert_count > 0 then 'alert' else source end as name) as named`,
    name: sql`named.name`,
    groupBy: sql`named.name`,
  },
  inbox: byColumn('property'),
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
  stage: byColumn('stage'),
  screen: byColumn('app_screen'),
};

/** `kind` of an event: what the incidence became, or how it stands now. Written as its index expects. */
export const becameSomething = sql`(after ->> 'status') is distinct from (before ->> 'status')`;
/** Likewise. */
const firstAnswered = sql`after ->> 'firstHumanReplyAt' is not null and before ->> 'firstHumanReplyAt' is null`;

/** The first to acknowledge it has it for good. */
const firstPerson = sql`(select actor_id from incidence_history h where h.incidence_id = happened.incidence_id
  and h.after ->> 'status' = 'acknowledged' and ${becameSomething} order by id limit 1)`;

/** Whoever had it when the customer was answered: the answer itself comes from the desk. */
const holder = sql`(select case when h.after ->> 'status' = 'acknowledged' then actor_id end from incidence_history h
  where h.incidence_id = answers.incidence_id and h.id < answers.id and ${becameSomething} order by id desc limit 1)`;

type Measure = Readonly<{ calendar: Calendar; withStanding?: true }>;
type Row = Readonly<{ name: string | null; flow: Flow; standing: Standing }>;

async function countEverything(db: Db, span: Span, measure: Measure): Promise<Row> {
  const everything = { joins: sql``, name: sql`null::text`, groupBy: sql`()` };
  const [row] = await count(db, span, { ...everything, ...measure });
  if (!row) throw new Error('an aggregate always has a row');
  return row;
}

async function count(db: Db, { from, to }: Span, counted: GroupBy & Measure): Promise<Row[]> {
  const { joins, name, groupBy, byPerson, calendar, withStanding } = counted;
  const person = (who: RawBuilder<unknown>) => (byPerson ? who : sql`null::bigint`);
  const counts = (kind: string) => sql`count(*) filter (where events.kind = ${sql.lit(kind)})::integer`;
  const { rows } = await sql<FlatRow>`
    with changes as (
      select id, incidence_id, at, actor_id, before ->> 'status' as was, after ->> 'status' as became
      from incidence_history where at >= ${from} and at < ${to} and ${becameSomething}
    ), happened as (
      select *, max(at) filter (where became = 'open') over earlier as since_open,
        -- A release does not begin anew what is closed later.
        max(at) filter (where became = 'open' and was is distinct from 'acknowledged') over earlier as since_opened
      from changes
      window earlier as (partition by incidence_id order by id rows between unbounded preceding and 1 preceding)
    ), answers as (
      select id, incidence_id, at, (after ->> 'firstHumanReplyAt')::timestamptz as until
      from incidence_history where at >= ${from} and at < ${to} and ${firstAnswered}
    ), events as (
      select incidence_id, case when was is null then 'opened' else 'reopened' end as kind, at,
        null::timestamptz as since, null::timestamptz as until,
        ${person(sql`case when was is null then ${firstPerson} else actor_id end`)} as person_id
      from happened where became = 'open' and was is distinct from 'acknowledged'
      union all
      -- Only what was opened before the period is looked up.
      select incidence_id, became, at, coalesce(
        case became when 'acknowledged' then since_open else since_opened end,
        (select max(at) from incidence_history h
         where h.incidence_id = happened.incidence_id and h.id < happened.id and h.after ->> 'status' = 'open'
           and ${becameSomething}
           and (became = 'acknowledged' or h.before ->> 'status' is distinct from 'acknowledged'))), at,
        ${person(sql`actor_id`)}
      from happened where became in ('acknowledged', 'closed')
      union all
      select incidence_id, 'answered', at, since, until, ${person(holder)}
      from answers cross join lateral (
        select max(h.at) as since from incidence_history h
        where h.incidence_id = answers.incidence_id and h.id <= answers.id and h.after ->> 'status' = 'open'
          and ${becameSomething} and h.before ->> 'status' is distinct from 'acknowledged') as opening
      where since <= until
      union all
      select incidence_id, 'missed', at, null, null, null from incidence_history
      where at >= ${from} and at < ${to} and action = 'missed'
      ${withStanding ? standing : sql``}
    ), measured as (
      select *, extract(epoch from until - since)::double precision as seconds
        ${calendar ? businessSeconds(calendar) : sql``}
      from events
    )
    select ${name} as name, ${counts('opened')} as opened, ${counts('acknowledged')} as acknowledged,
      ${counts('closed')} as closed, ${counts('reopened')} as reopened, ${counts('missed')} as missed,
      ${counts('still-open')} + ${counts('still-acknowledged')} as open_now,
      ${counts('still-open')} as unacknowledged_now,
      ${sql.join(Object.entries(clocks).map(([clock, kind]) => clockColumns(clock, kind, calendar !== undefined)))}
    from measured as events ${joins}
    group by ${groupBy}`.execute(db);
  return rows.map(toRow);
}

const standing = sql`
  union all
  select id, 'still-' || status, updated_at, null, null, acknowledged_by from incidences where status <> 'closed'`;

const clocks = { to_acknowledge: 'acknowledged', to_answer: 'answered', to_close: 'closed' } as const;

function clockColumns(clock: string, kind: string, hasBusinessHours: boolean): RawBuilder<unknown> {
  const ofKind = sql`filter (where events.kind = ${sql.lit(kind)} and seconds is not null)`;
  const quantiles = (seconds: string) =>
    sql`percentile_cont(array[0.5, 0.9]) within group (order by ${sql.ref(seconds)}) ${ofKind}`;
  return sql`count(*) ${ofKind}::integer as ${sql.ref(`${clock}_n`)}, ${quantiles('seconds')} as ${sql.ref(clock)},
    ${hasBusinessHours ? quantiles('business') : sql`null::double precision[]`} as ${sql.ref(`${clock}_business`)}`;
}

/** How long business was open in between: two look-ups among the opening times, and what was open before each. */
function businessSeconds(calendar: readonly OpenRange[]): RawBuilder<unknown> {
  const starts = calendar.map((range) => range.from / 1000);
  const lengths = calendar.map((range) => (range.to - range.from) / 1000);
  let sum = 0;
  const before = lengths.map((length) => (sum += length) - length);
  const list = (values: readonly number[]) => sql`${values}::double precision[]`;
  const openUntil = (at: RawBuilder<unknown>) => sql`(
    select coalesce((${list(before)})[number] + least(seconds - (${list(starts)})[number], (${list(lengths)})[number]), 0)
    from (select seconds, width_bucket(seconds, ${list(starts)}) as number
      from (select extract(epoch from ${at})::double precision as seconds offset 0) instant offset 0) numbered)`;
  return sql`, ${openUntil(sql`until`)} - ${openUntil(sql`since`)} as business`;
}

type Quantiles = readonly [number, number] | null;
type ClockName = 'toAcknowledge' | 'toAnswer' | 'toClose';
type FlatRow = Readonly<
  { name: string | null } & Omit<Flow, ClockName> &
    Standing &
    Record<ClockName | `${ClockName}Business`, Quantiles> &
    Record<`${ClockName}N`, number>
>;

function toRow(flat: FlatRow): Row {
  const { name, opened, acknowledged, closed, reopened, missed, openNow, unacknowledgedNow } = flat;
  const times = (clock: ClockName) => {
    const real = toClock(flat[`${clock}N`], flat[clock]);
    const business = flat[`${clock}Business`];
    return { real, business: business ? toClock(real.n, business) : real };
  };
  return {
    name,
    flow: {
      opened,
      acknowledged,
      closed,
      reopened,
      missed,
      toAcknowledge: times('toAcknowledge'),
      toAnswer: times('toAnswer'),
      toClose: times('toClose'),
    },
    standing: { openNow, unacknowledgedNow },
  };
}

function toClock(n: number, quantiles: Quantiles): Clock {
  return { n, median: quantiles?.[0] ?? null, p90: quantiles?.[1] ?? null };
}

const noTimes = { real: toClock(0, null), business: toClock(0, null) };
const nothing: Flow = {
  opened: 0,
  acknowledged: 0,
  closed: 0,
  reopened: 0,
  missed: 0,
  toAcknowledge: noTimes,
  toAnswer: noTimes,
  toClose: noTimes,
};

/** When the oldest entry of the history was made. */
export async function findBeginning(db: Db): Promise<Date | undefined> {
  const row = await db.selectFrom('incidenceHistory').select('at').orderBy('id').limit(1).executeTakeFirst();
  return row?.at;
}
