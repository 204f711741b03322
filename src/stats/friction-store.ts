import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { type Asked, type Carts, type Conversion, type FrictionCell, guestBands } from './friction.ts';
import { becameSomething, type Span } from './events.ts';

/** A cart that may still become an order. */
const hasCart = sql`(cart_value > 0 and stage is distinct from 'POST_ORDER')`;

/** Which part of the period, from 1 on. */
function stepOf(at: RawBuilder<unknown>, beginnings: readonly Date[]): RawBuilder<unknown> {
  const seconds = beginnings.map((beginning) => beginning.getTime() / 1000);
  return sql`width_bucket(extract(epoch from ${at})::double precision, ${seconds}::double precision[])`;
}

type AskedRow = Omit<Asked, 'name'> &
  Readonly<{
    by: 'screen and stage' | 'screen' | 'event' | 'guests' | 'step' | 'all';
    screen: string | null;
    stage: FrictionCell['stage'];
    event: string | null;
    guests: number | null;
    step: number | null;
    carts: number;
    cartValue: number;
    asked: number;
    ordered: number;
  }>;

type AskedFrom = Readonly<{
  cells: FrictionCell[];
  screens: (Asked & { conversion: Conversion })[];
  events: Asked[];
  guests: Asked[];
  conversion: Conversion;
  /** By the number of the part of the period, from 1 on. */
  steps: ReadonlyMap<number, Carts>;
}>;

/** Where those come from who asked in the period, and who of them ordered. */
export async function countAsked(db: Db, { from, to }: Span, beginnings: readonly Date[]): Promise<AskedFrom> {
  const { rows } = await sql<AskedRow>`
    with opened as (
      select incidence_id, at from incidence_history
      where at >= ${from} and at < ${to} and ${becameSomething}
        and after ->> 'status' = 'open' and before ->> 'status' is null
    ), asked as (
      select nullif(app_screen, '') as screen, stage, nullif(event_type, '') as event,
        ${guestBand(sql`incidences`)} as guests, ${stepOf(sql`opened.at`, beginnings)} as step, cart_value,
        -- Shops give it of 1 or of 100.
        case when friction_score <= 1 then friction_score * 100
          when friction_score > 1 then least(friction_score, 100) end as score,
        -- It tells of no order before the first entry that does.
        stage is distinct from 'POST_ORDER' or ordered.at is not null as before_order,
        ordered.at <= opened.at + interval '1 day' as ordered
      from opened join incidences on incidences.id = incidence_id
      left join lateral (
        select min(at) as at from incidence_history history
        where stage = 'POST_ORDER' and history.incidence_id = incidences.id
          and history.after ->> 'stage' = 'POST_ORDER' and history.before ->> 'stage' is distinct from 'POST_ORDER'
      ) ordered on true
    )
    select case grouping(screen, stage, event, guests, step)
        when ${bits('00111')} then 'screen and stage' when ${bits('01111')} then 'screen'
        when ${bits('11011')} then 'event' when ${bits('11101')} then 'guests' when ${bits('11110')} then 'step'
        else 'all' end as by,
      screen, stage, event, guests, step,
      count(*)::integer as opened, avg(score)::double precision as score,
      count(*) filter (where ${hasCart})::integer as carts,
      coalesce(sum(cart_value) filter (where ${hasCart}), 0)::double precision as cart_value,
      count(*) filter (where before_order)::integer as asked,
      count(*) filter (where before_order and ordered)::integer as ordered
    from asked
    group by grouping sets ((screen, stage), (screen), (event), (guests), (step), ())
    order by opened desc, screen, stage, event, guests`.execute(db);
  const of = (by: AskedRow['by']) => rows.filter((row) => row.by === by);
  const named = ({ opened, score }: AskedRow, name: string | null) => ({ name, opened, score });
  const all = of('all')[0];
  return {
    cells: of('screen and stage').map(({ screen, stage, opened, score, carts, cartValue }) => ({
      screen,
      stage,
      opened,
      score,
      carts: { count: carts, value: cartValue },
    })),
    screens: of('screen').map((row) => ({
      ...named(row, row.screen),
      conversion: { asked: row.asked, ordered: row.ordered },
    })),
    events: of('event').map((row) => named(row, row.event)),
    guests: of('guests')
      .toSorted((a, b) => (a.guests ?? guestBands.length) - (b.guests ?? guestBands.length))
      .map((row) => named(row, row.guests === null ? null : (guestBands[row.guests] ?? null))),
    conversion: { asked: all?.asked ?? 0, ordered: all?.ordered ?? 0 },
    steps: new Map(of('step').map(({ step, carts, cartValue }) => [step ?? 0, { count: carts, value: cartValue }])),
  };
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

/** Carts of what is not closed. */
export async function countWaiting(db: Db): Promise<Carts> {
  const { rows } = await sql<Carts>`
    select count(*)::integer as count, coalesce(sum(cart_value), 0)::double precision as value
    from incidences where status <> 'closed' and ${hasCart}`.execute(db);
  return rows[0] ?? { count: 0, value: 0 };
}

/**
 * Carts of what was closed before anybody answered the customer, or missed; each once, when that happened first. What was
 * closed as spam or as a duplicate had no cart of its own.
 */
export async function countLost(
  db: Db,
  { from, to }: Span,
  beginnings: readonly Date[],
): Promise<Readonly<{ all: Carts; steps: ReadonlyMap<number, Carts> }>> {
  const { rows } = await sql<Carts & { step: number | null }>`
    with ended as (
      select incidence_id, id, at, false as is_missed from incidence_history
      where at >= ${from} and at < ${to} and ${becameSomething} and after ->> 'status' = 'closed'
        and (after ->> 'outcome') is distinct from 'spam' and (after ->> 'outcome') is distinct from 'duplicate'
      union all
      select incidence_id, id, at, true from incidence_history
      where at >= ${from} and at < ${to} and action = 'missed'
    ), lost as (
      select min(cart_value) as cart_value, ${stepOf(sql`min(at)`, beginnings)} as step
      from ended join incidences on incidences.id = incidence_id
      where ${hasCart} and (is_missed or (
        select history.after ->> 'firstHumanReplyAt' from incidence_history history
        where history.incidence_id = ended.incidence_id and history.id <= ended.id
          and history.after -> 'firstHumanReplyAt' is not null
        order by history.id desc limit 1) is null)
      group by incidence_id
    )
    select step, count(*)::integer as count, coalesce(sum(cart_value), 0)::double precision as value
    from lost group by grouping sets ((step), ())`.execute(db);
  const all = rows.find(({ step }) => step === null) ?? { count: 0, value: 0 };
  return {
    all: { count: all.count, value: all.value },
    steps: new Map(rows.flatMap(({ step, count, value }) => (step === null ? [] : [[step, { count, value }]]))),
  };
}
