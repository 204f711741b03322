import type { Db } from '../database/connect.ts';
import type { Clockwork } from './count-numbers.ts';
import type { Span } from './events.ts';
import { type Carts, type Conversion, type Friction, type FrictionCell, guestBands } from './friction.ts';
import { countWaiting, findParts, type FrictionPart, readParts } from './friction-store.ts';
import * as hourStore from './hour-store.ts';
import { gapsBetween, settingsKey, untouched } from './hours.ts';
import { isLong, type Period, stepsOf } from './period.ts';
import { findTouched } from './touched.ts';

/** Where people got stuck in a period, and what their carts are worth. */
export async function countFriction(db: Db, period: Period, clockwork: Clockwork): Promise<Friction> {
  const beginnings = stepsOf(period, clockwork.zone);
  const [{ parts, gaps }, waiting] = await Promise.all([
    findCounted(db, period, beginnings, clockwork),
    countWaiting(db),
  ]);
  return { period, ...addUp([...parts, ...(await readParts(db, gaps, beginnings))], beginnings), waiting };
}

/** What the hours say that were counted before, and the rest of the period. */
async function findCounted(
  db: Db,
  period: Period,
  beginnings: readonly Date[],
  { businessHours, zone }: Clockwork,
): Promise<{ parts: readonly FrictionPart[]; gaps: readonly Span[] }> {
  const touched = isLong(period) ? await findTouched(db, settingsKey(businessHours, zone)) : undefined;
  if (!touched) return { parts: [], gaps: [period] };
  // None of these hours is deleted in between.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const gaps = gapsBetween(period, untouched(await hourStore.findSpans(trx, period), touched));
      return { gaps, parts: await findParts(trx, gapsBetween(period, gaps), beginnings) };
    });
}

function addUp(parts: readonly FrictionPart[], beginnings: readonly Date[]): Omit<Friction, 'period' | 'waiting'> {
  const of = (grouping: FrictionPart['grouping']) => parts.filter((part) => part.grouping === grouping);
  const cells = of('screen and stage').map((part) => ({ ...part, ...placeOf(part.name) }));
  const lost = of('lost');
  return {
    cells: busiestFirst(
      [...Map.groupBy(cells, ({ name }) => name)].map(
        ([name, some]): FrictionCell => ({ ...placeOf(name), ...askedOf(some), carts: cartsOf(some) }),
      ),
      ({ screen, stage }) => [screen, stage],
    ),
    screens: busiestFirst(
      [...Map.groupBy(cells, ({ screen }) => screen)].map(([name, some]) => ({
        name,
        ...askedOf(some),
        conversion: conversionOf(some),
      })),
      ({ name }) => [name],
    ),
    events: busiestFirst(
      [...Map.groupBy(of('event'), ({ name }) => name || null)].map(([name, some]) => ({ name, ...askedOf(some) })),
      ({ name }) => [name],
    ),
    guests: [...Map.groupBy(of('guests'), ({ name }) => (name === '' ? guestBands.length : Number(name)))]
      .toSorted(([a], [b]) => a - b)
      .map(([band, some]) => ({ name: guestBands[band] ?? null, ...askedOf(some) })),
    conversion: conversionOf(cells),
    lost: cartsOf(lost),
    steps: beginnings.map((from, index) => ({
      from,
      opened: cartsOf(cells.filter(({ step }) => step === index + 1)),
      lost: cartsOf(lost.filter(({ step }) => step === index + 1)),
    })),
  };
}

function placeOf(name: string): Pick<FrictionCell, 'screen' | 'stage'> {
  const [stage = '', ...screen] = name.split(':');
  return {
    screen: screen.join(':') || null,
    stage: stage === 'PRE_ORDER' || stage === 'POST_ORDER' ? stage : null,
  };
}

type Column = 'opened' | 'scored' | 'score' | 'carts' | 'cartValue' | 'asked' | 'ordered';

function sum(parts: readonly FrictionPart[], column: Column): number {
  return parts.reduce((all, part) => all + part[column], 0);
}

function askedOf(parts: readonly FrictionPart[]): Pick<FrictionCell, 'opened' | 'score'> {
  const scored = sum(parts, 'scored');
  return { opened: sum(parts, 'opened'), score: scored === 0 ? null : sum(parts, 'score') / scored };
}

function cartsOf(parts: readonly FrictionPart[]): Carts {
  return { count: sum(parts, 'carts'), value: sum(parts, 'cartValue') };
}

function conversionOf(parts: readonly FrictionPart[]): Conversion {
  return { asked: sum(parts, 'asked'), ordered: sum(parts, 'ordered') };
}

/** Then by their names; what is unknown comes last. */
function busiestFirst<A extends { opened: number }>(all: readonly A[], namesOf: (one: A) => (string | null)[]): A[] {
  const inOrder = (a: string | null = null, b: string | null = null) =>
    a === null || b === null ? Number(a === null) - Number(b === null) : a.localeCompare(b);
  return all.toSorted((a, b) => {
    const [others, names] = [namesOf(b), namesOf(a)];
    return (
      b.opened - a.opened || names.map((name, index) => inOrder(name, others[index])).find((order) => order !== 0) || 0
    );
  });
}
