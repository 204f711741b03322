import type { Db } from '../database/connect.ts';
import type { Calendar, Span } from './events.ts';
import * as hourStore from './hour-store.ts';
import { gapsBetween, untouched } from './hours.ts';
import type { Flow, Grouping } from './numbers.ts';
import * as numbersStore from './numbers-store.ts';
import { createTally, type Tally } from './tally.ts';
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
  const [ofPeriod, ofBefore, beginning] = await Promise.all([
    hourStore.findHours(db, period, grouping),
    hourStore.findHours(db, before),
    numbersStore.findBeginning(db),
  ]);
  const hours = { period: untouched(ofPeriod, touched), before: untouched(ofBefore, touched) };
  const ofAll = hours.period.filter((hour) => hour.grouping === 'all');
  const earliest = new Date((beginning ?? period.to).getTime() - dayMs);
  const gaps = [...gapsBetween(before, hours.before), ...gapsBetween(period, ofAll)]
    .map(({ from, to }) => ({ from: from < earliest ? earliest : from, to }))
    .filter(({ from, to }) => from < to);
  if (gaps.reduce((sum, { from, to }) => sum + to.getTime() - from.getTime(), 0) > longestGapsMs) return undefined;
  const facts = await hourStore.readFacts(db, gaps, calendar);

  const tally = () => createTally(calendar !== undefined);
  const [all, earlier] = [tally(), tally()];
  const steps = beginnings.map(tally);
  const groups = new Map<string, Tally>();
  const groupOf = (name: string) => {
    const known = groups.get(name) ?? tally();
    groups.set(name, known);
    return known;
  };
  for (const hour of hours.before) earlier.addPacked(hour);
  let step = 0;
  for (const hour of hours.period) {
    while (step + 1 < beginnings.length && (beginnings[step + 1] ?? hour.to) <= hour.from) step += 1;
    if (hour.grouping !== 'all') groupOf(hour.name).addPacked(hour);
    else for (const sum of [all, steps[step]]) sum?.addPacked(hour);
  }
  for (const fact of facts) {
    if (fact.at < period.from) earlier.addFact(fact);
    else {
      all.addFact(fact);
      steps[beginnings.findLastIndex((beginning) => beginning <= fact.at)]?.addFact(fact);
      for (const name of fact.names[grouping]) groupOf(name).addFact(fact);
    }
  }
  return {
    flow: all.flow(),
    before: earlier.flow(),
    groups: new Map([...groups].map(([name, sum]) => [name, sum.flow()])),
    steps: steps.map((sum) => sum.flow()),
  };
}
