import type { Db } from '../database/connect.ts';
import type { Calendar, Span } from './events.ts';
import * as hourStore from './hour-store.ts';
import { gapsBetween, untouched } from './hours.ts';
import type { Flow, Grouping } from './numbers.ts';
import * as numbersStore from './numbers-store.ts';
import { createAddUp } from './tally.ts';
import { findTouched } from './touched.ts';

/** Of what is not counted yet, more is faster counted as a whole. */
const longestGapsMs = 72 * 3_600_000;
/** Clocks of processes differ, but not as much. */
const dayMs = 86_400_000;

export type FromHours = Readonly<{
  flow: Flow;
  before: Flow;
  /** By the name in the hours: '' for none, and an agent's id. */
  groups: ReadonlyMap<string, Flow>;
  /** As many as there are beginnings. */
  steps: readonly Flow[];
}>;

type Asked = Readonly<{
  period: Span;
  before: Span;
  grouping: Grouping;
  /** Of the steps. */
  beginnings: readonly Date[];
  calendar: Calendar;
  settings: string;
}>;

/**
 * The same numbers from the hours that were counted before, and from the history only where they leave something out or
 * something changed since. Undefined where that would be no faster.
 */
export async function countFromHours(db: Db, asked: Asked): Promise<FromHours | undefined> {
  const { period, before, grouping, beginnings, calendar } = asked;
  const touched = await findTouched(db, asked.settings);
  if (!touched) return undefined;
  const beginning = await numbersStore.findBeginning(db);
  const earliest = new Date((beginning ?? period.to).getTime() - dayMs);
  // None of these hours is deleted in between.
  const found = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const gapsIn = async (span: Span) => gapsBetween(span, untouched(await hourStore.findSpans(trx, span), touched));
      const gaps = { before: await gapsIn(before), period: await gapsIn(period) };
      const uncounted = [...gaps.before, ...gaps.period]
        .map(({ from, to }) => ({ from: from < earliest ? earliest : from, to }))
        .filter(({ from, to }) => from < to);
      if (lengthOf(uncounted) > longestGapsMs) return undefined;
      const beforeSums = await hourStore.sumHours(trx, gapsBetween(before, gaps.before), { beginnings: [before.from] });
      const sums = await hourStore.sumHours(trx, gapsBetween(period, gaps.period), { beginnings, grouping });
      return { uncounted, beforeSums, sums };
    });
  if (!found) return undefined;
  const facts = await hourStore.readFacts(db, found.uncounted, calendar);

  const addUp = createAddUp(calendar !== undefined);
  const [earlier, later] = [facts.filter(({ at }) => at < period.from), facts.filter(({ at }) => at >= period.from)];
  const ofAll = found.sums.filter((sum) => sum.grouping === 'all');
  const ofSteps = Map.groupBy(ofAll, ({ step }) => step);
  const factsOfSteps = Map.groupBy(later, ({ at }) => 1 + beginnings.findLastIndex((beginning) => beginning <= at));
  const ofGroups = Map.groupBy(
    found.sums.filter((sum) => sum.grouping !== 'all'),
    ({ name }) => name,
  );
  const factsOfGroups = Map.groupBy(
    later.flatMap((fact) => fact.names[grouping].map((name) => ({ ...fact, name }))),
    ({ name }) => name,
  );
  const names = [...new Set([...ofGroups.keys(), ...factsOfGroups.keys()])];
  return {
    flow: addUp(ofAll, later),
    before: addUp(found.beforeSums, earlier),
    groups: new Map(names.map((name) => [name, addUp(ofGroups.get(name) ?? [], factsOfGroups.get(name) ?? [])])),
    steps: beginnings.map((_, index) => addUp(ofSteps.get(index + 1) ?? [], factsOfSteps.get(index + 1) ?? [])),
  };
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to.getTime() - from.getTime(), 0);
}
