import { type RawBuilder, sql } from 'kysely';
import type { OpenRange } from '../config/open-ranges.ts';

export type Span = Readonly<{ from: Date; to: Date }>;

/** When business is open, beginning before the oldest time that is counted from; undefined: always. */
export type Calendar = readonly OpenRange[] | undefined;

/** `kind` of an event: what the incidence became, or how it stands now. Written as its index expects. */
export const becameSomething = sql`(after ->> 'status') is distinct from (before ->> 'status')`;
/** Likewise. */
export const firstAnswered = sql`after ->> 'firstHumanReplyAt' is not null and before ->> 'firstHumanReplyAt' is null`;

/** The first to acknowledge it has it for good. */
const firstPerson = sql`(select actor_id from incidence_history h where h.incidence_id = happened.incidence_id
  and h.after ->> 'status' = 'acknowledged' and ${becameSomething} order by id limit 1)`;

/** Whoever had it when the customer was answered: the answer itself comes from the desk. */
const holder = sql`(select case when h.after ->> 'status' = 'acknowledged' then actor_id end from incidence_history h
  where h.incidence_id = answers.incidence_id and h.id < answers.id and ${becameSomething} order by id desc limit 1)`;

type Wanted = Readonly<{
  /** In order, and without overlap. */
  spans: readonly Span[];
  calendar: Calendar;
  /** Looked up where it is asked for. */
  withPerson?: boolean;
  /** Also what is open now. */
  withStanding?: boolean;
}>;

/**
 * The clauses of `with` that end in `events`: what happened in the spans, with `incidence_id`, `kind`, `at`, `person_id`
 * and how many seconds it took, rounded, in all and in business hours (`seconds`, `business`).
 */
export function eventsIn({ spans, calendar, withPerson = false, withStanding = false }: Wanted): RawBuilder<unknown> {
  const person = (who: RawBuilder<unknown>) => (withPerson ? who : sql`null::bigint`);
  const history = historyIn(spans);
  return sql`
    changes as (
      select id, incidence_id, at, actor_id, before ->> 'status' as was, after ->> 'status' as became, span
      from ${history} and ${becameSomething}
    ), happened as (
      select *, max(at) filter (where became = 'open') over earlier as since_open,
        -- A release does not begin anew what is closed later.
        max(at) filter (where became = 'open' and was is distinct from 'acknowledged') over earlier as since_opened
      from changes
      window earlier as (partition by span, incidence_id order by id
        rows between unbounded preceding and 1 preceding)
    ), answers as (
      select id, incidence_id, at, (after ->> 'firstHumanReplyAt')::timestamptz as until
      from ${history} and ${firstAnswered}
    ), timed as (
      select incidence_id, case when was is null then 'opened' else 'reopened' end as kind, at,
        null::timestamptz as since, null::timestamptz as until,
        ${person(sql`case when was is null then ${firstPerson} else actor_id end`)} as person_id
      from happened where became = 'open' and was is distinct from 'acknowledged'
      union all
      -- Only what was opened before the span is looked up.
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
      select incidence_id, 'missed', at, null, null, null from ${history} and action = 'missed'
      ${withStanding ? standing : sql``}
    ), events as (
      select incidence_id, kind, at, person_id, greatest(round(extract(epoch from until - since)), 0)::double precision as seconds
        ${calendar ? businessSeconds(calendar) : sql``}
      from timed
    )`;
}

/** The history with the number of the span; conditions follow with `and`. One span is written so that its index is used. */
export function historyIn(spans: readonly Span[]): RawBuilder<unknown> {
  const [span] = spans;
  if (spans.length === 1 && span)
    return sql`(select *, 1 as span from incidence_history) as history where at >= ${span.from} and at < ${span.to}`;
  return sql`unnest(${spans.map(({ from }) => from)}::timestamptz[], ${spans.map(({ to }) => to)}::timestamptz[])
      with ordinality as spans (begins, ends, span)
    join incidence_history on at >= begins and at < ends where true`;
}

/** Which part of the period, from 1 on. */
export function stepOf(at: RawBuilder<unknown>, beginnings: readonly Date[]): RawBuilder<unknown> {
  const seconds = beginnings.map((beginning) => beginning.getTime() / 1000);
  return sql`width_bucket(extract(epoch from ${at})::double precision, ${seconds}::double precision[])`;
}

const standing = sql`
  union all
  select id, 'still-' || status, updated_at, null, null, acknowledged_by from incidences where status <> 'closed'`;

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
  return sql`, greatest(round(${openUntil(sql`until`)} - ${openUntil(sql`since`)}), 0) as business`;
}
