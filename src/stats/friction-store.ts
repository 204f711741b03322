import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { becameSomething, historyIn, type Span, stepOf } from './events.ts';
import type { Carts } from './friction.ts';

/** What friction is counted by. Each is stored with the hours of the statistics as a grouping of its own. */
export const frictionGroupings = ['screen and stage', 'event', 'guests', 'lost'] as const;

/** What adds up, of one name in one part of a period. Of carts that were lost there is nothing else. */
export type FrictionPart = Readonly<{
  grouping: (typeof frictionGroupings)[number];
  /** '' where it is unknown. Of a screen and a stage `<stage>:<screen>`; of guests the place in `guestBands`. */
  name: string;
  /** The part of the period, from 1 on. */
  step: number;
  opened: number;
  /** How many have a friction score, and their sum. */
  scored: number;
  score: number;
  carts: number;
  cartValue: number;
  /** Without an order when they asked, and who of them ordered within a day. */
  asked: number;
  ordered: number;
}>;

/** A cart that may still become an order. */
const hasCart = sql`(cart_value > 0 and stage is distinct from 'POST_ORDER')`;

/** One by one: their number is unknown to the planner, which would rather read every incidence. */
const withIncidence = (entry: string) =>
  sql`cross join lateral (select * from incidences where incidences.id = ${sql.ref(entry)}.incidence_id offset 0) incidence`;

/** Where those come from who asked in these spans, who of them ordered, and whose cart was lost: from the history. */
export async function readParts(
  db: Db,
  spans: readonly Span[],
  beginnings: readonly Date[],
): Promise<readonly FrictionPart[]> {
  if (spans.length === 0) return [];
  const { rows } = await sql<FrictionPart>`
    with opened as (
      select incidence_id, at from ${historyIn(spans)} and ${becameSomething}
        and after ->> 'status' = 'open' and before ->> 'status' is null
    ), asked as (
      select ${stepOf(sql`opened.at`, beginnings)} as step, nullif(app_screen, '') as screen, stage,
        coalesce(event_type, '') as event, coalesce(${guestBand(sql`incidence`)}::text, '') as guests,
        case when ${hasCart} then cart_value end as cart,
        -- Shops give it of 1 or of 100.
        case when friction_score <= 1 then friction_score * 100
          when friction_score > 1 then least(friction_score, 100) end as score,
        -- It tells of no order before the first entry that does.
        stage is distinct from 'POST_ORDER' or ordered.at is not null as before_order,
        ordered.at <= opened.at + interval '1 day' as ordered
      from opened ${withIncidence('opened')}
      left join lateral (
        select min(at) as at from incidence_history history
        where stage = 'POST_ORDER' and history.incidence_id = incidence.id
          and history.after ->> 'stage' = 'POST_ORDER' and history.before ->> 'stage' is distinct from 'POST_ORDER'
      ) ordered on true
    ), ended as (
      select incidence_id, id, at, action, after from ${historyIn(spans)} and ${becameSomething} and ${isGivenUp}
      union all
      select incidence_id, id, at, action, after from ${historyIn(spans)} and action = 'missed'
    ), lost as (
      select ${stepOf(sql`ended.at`, beginnings)} as step, cart_value
      from ended ${withIncidence('ended')}
      where ${hasCart} and ${isUnanswered('ended')} and not exists (
        select from incidence_history entry
        where entry.incidence_id = ended.incidence_id and entry.id < ended.id
          and (action = 'missed' or ${becameSomething} and ${isGivenUp}) and ${isUnanswered('entry')})
    )
    select case grouping(screen, stage, event, guests)
        when ${bits('0011')} then 'screen and stage' when ${bits('1101')} then 'event' else 'guests' end as grouping,
      case grouping(screen, stage, event, guests)
        when ${bits('0011')} then concat(stage, ':', screen) when ${bits('1101')} then event else guests end as name,
      step, count(*)::integer as opened, count(score)::integer as scored, coalesce(sum(score), 0)::double precision as score,
      count(cart)::integer as carts, coalesce(sum(cart), 0)::double precision as cart_value,
      count(*) filter (where before_order)::integer as asked,
      count(*) filter (where before_order and ordered)::integer as ordered
    from asked group by grouping sets ((step, screen, stage), (step, event), (step, guests))
    union all
    select 'lost', '', step, 0, 0, 0, count(*)::integer, sum(cart_value)::double precision, 0, 0
    from lost group by step`.execute(db);
  return rows;
}

/** What was closed as spam or as a duplicate had no cart of its own. */
const isGivenUp = sql`after ->> 'status' = 'closed'
  and (after ->> 'outcome') is distinct from 'spam' and (after ->> 'outcome') is distinct from 'duplicate'`;

/** Whether nobody had answered the customer when this entry of the history was made; whoever is missed was not answered. */
function isUnanswered(entry: string): RawBuilder<unknown> {
  const of = (column: string) => sql.ref(`${entry}.${column}`);
  return sql`(${of('action')} = 'missed' or (
    select history.after ->> 'firstHumanReplyAt' from incidence_history history
    where history.incidence_id = ${of('incidence_id')} and history.id <= ${of('id')}
      and history.after -> 'firstHumanReplyAt' is not null
    order by history.id desc limit 1) is null)`;
}

function bits(text: string): RawBuilder<unknown> {
  return sql.lit(Number.parseInt(text, 2));
}

/** Place in `guestBands`; null where the shop said nothing, or retention has emptied it. */
function guestBand(incidence: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select width_bucket(value::numeric, array[21, 51, 101, 201]::numeric[]) from (
      select told ->> 'key' as key, told ->> 'value' as value
      from jsonb_array_elements(${incidence}.context) told
      union all select key, value from json_each_text(${incidence}.additional_info)
    ) attributes
    where regexp_replace(lower(key), '[^a-z0-9]', '', 'g') in ('guestcount', 'guests') and value ~ '^[0-9]{1,9}$'
    limit 1)`;
}

/** The same, from the hours that were counted before and make up these spans. */
export async function findParts(
  db: Db,
  spans: readonly Span[],
  beginnings: readonly Date[],
): Promise<readonly FrictionPart[]> {
  const { rows } = await sql<FrictionPart>`
    select grouping, name, ${stepOf(sql`begins`, beginnings)} as step, sum(counts[1])::integer as opened,
      sum(counts[2])::integer as scored, sum(counts[3])::integer as carts, sum(counts[4])::integer as asked,
      sum(counts[5])::integer as ordered, sum(sums[1]) as score, sum(sums[2]) as cart_value
    from unnest(${spans.map(({ from }) => from)}::timestamptz[], ${spans.map(({ to }) => to)}::timestamptz[])
      as span (first, last)
    join stats_hours on grouping = any(${frictionGroupings}) and begins >= first and begins < last
    group by 1, 2, 3`.execute(db);
  return rows;
}

/** As `findParts` reads it. */
export function packPart({ opened, scored, carts, asked, ordered, score, cartValue }: FrictionPart) {
  return { counts: [opened, scored, carts, asked, ordered], sums: [score, cartValue] };
}

/** Carts of what is not closed. */
export async function countWaiting(db: Db): Promise<Carts> {
  const { rows } = await sql<Carts>`
    select count(*)::integer as count, coalesce(sum(cart_value), 0)::double precision as value
    from incidences where status <> 'closed' and ${hasCart}`.execute(db);
  return rows[0] ?? { count: 0, value: 0 };
}
