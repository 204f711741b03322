import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { type Calendar, eventsIn, type Span, stepOf } from './events.ts';
import {
  type Clock,
  type Flow,
  type Group,
  type Grouping,
  nothingCounted,
  type Standing,
  type Step,
  type Totals,
} from './numbers.ts';

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
  return busiestFirst(rows.map(({ name, flow, standing }) => ({ name, ...flow, ...standing })));
}

/** Without those that have nothing to count. */
export function busiestFirst(groups: readonly Group[]): Group[] {
  return groups
    .filter((group) => activity(group) > 0)
    .toSorted((a, b) => activity(b) - activity(a) || (a.name ?? '').localeCompare(b.name ?? ''));
}

export async function countStanding(db: Db): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select count(*)::integer as open_now, count(*) filter (where status = 'open')::integer as unacknowledged_now
    from incidences where status <> 'closed'`.execute(db);
  return rows[0] ?? { openNow: 0, unacknowledgedNow: 0 };
}

/** By the id, as text. */
export async function findPeopleNames(db: Db): Promise<Map<string, string>> {
  const people = await db.selectFrom('peopleNames').select(['id', 'name']).execute();
  return new Map(people.map(({ id, name }) => [String(id), name]));
}

/** One for each beginning, also where nothing happened. */
export async function countSteps(db: Db, span: Span, calendar: Calendar, beginnings: readonly Date[]): Promise<Step[]> {
  const name = sql`${stepOf(sql`events.at`, beginnings)}::text`;
  const rows = await count(db, span, { joins: sql``, name, groupBy: sql`1`, calendar });
  const flows = new Map(rows.map(({ name, flow }) => [Number(name), flow]));
  return beginnings.map((from, index) => ({ from, ...(flows.get(index + 1) ?? nothingCounted) }));
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
  withPerson?: true;
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
    withPerson: true,
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

type Measure = Readonly<{ calendar: Calendar; withStanding?: true }>;
type Row = Readonly<{ name: string | null; flow: Flow; standing: Standing }>;

async function countEverything(db: Db, span: Span, measure: Measure): Promise<Row> {
  const everything = { joins: sql``, name: sql`null::text`, groupBy: sql`()` };
  const [row] = await count(db, span, { ...everything, ...measure });
  if (!row) throw new Error('an aggregate always has a row');
  return row;
}

async function count(db: Db, span: Span, counted: GroupBy & Measure): Promise<Row[]> {
  const { joins, name, groupBy, ...wanted } = counted;
  const { calendar } = wanted;
  const counts = (kind: string) => sql`count(*) filter (where events.kind = ${sql.lit(kind)})::integer`;
  const { rows } = await sql<FlatRow>`
    with ${eventsIn({ spans: [span], ...wanted })}
    select ${name} as name, ${counts('opened')} as opened, ${counts('acknowledged')} as acknowledged,
      ${counts('closed')} as closed, ${counts('reopened')} as reopened, ${counts('missed')} as missed,
      ${counts('still-open')} + ${counts('still-acknowledged')} as open_now,
      ${counts('still-open')} as unacknowledged_now,
      ${sql.join(Object.entries(clocks).map(([clock, kind]) => clockColumns(clock, kind, calendar !== undefined)))}
    from events ${joins}
    group by ${groupBy}`.execute(db);
  return rows.map(toRow);
}

const clocks = { to_acknowledge: 'acknowledged', to_answer: 'answered', to_close: 'closed' } as const;

function clockColumns(clock: string, kind: string, hasBusinessHours: boolean): RawBuilder<unknown> {
  const ofKind = sql`filter (where events.kind = ${sql.lit(kind)} and seconds is not null)`;
  const quantiles = (seconds: string) =>
    sql`percentile_cont(array[0.5, 0.9]) within group (order by ${sql.ref(seconds)}) ${ofKind}`;
  return sql`count(*) ${ofKind}::integer as ${sql.ref(`${clock}_n`)}, ${quantiles('seconds')} as ${sql.ref(clock)},
    ${hasBusinessHours ? quantiles('business') : sql`null::double precision[]`} as ${sql.ref(`${clock}_business`)}`;
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

/** When the oldest entry of the history was made. */
export async function findBeginning(db: Db): Promise<Date | undefined> {
  const row = await db.selectFrom('incidenceHistory').select('at').orderBy('id').limit(1).executeTakeFirst();
  return row?.at;
}
