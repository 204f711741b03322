import type { BusinessHours } from '../config/business-hours.ts';
import { openRanges } from '../config/open-ranges.ts';
import type { Db } from '../database/connect.ts';
import { countFromHours, type FromHours } from './count-from-hours.ts';
import type { Calendar, Span } from './events.ts';
import { settingsKey } from './hours.ts';
import { type Flow, type Group, type Grouping, type Numbers, nothingCounted } from './numbers.ts';
import * as numbersStore from './numbers-store.ts';
import { isLong, type Period, periodBefore, stepsOf } from './period.ts';

/** How the team reads time. */
export type Clockwork = Readonly<{ businessHours: BusinessHours; zone: string }>;

/** Everything that is shown of a period. */
export async function countNumbers(
  db: Db,
  { period, grouping }: Readonly<{ period: Period; grouping: Grouping }>,
  { businessHours, zone }: Clockwork,
): Promise<Numbers> {
  const before = periodBefore(period, zone);
  const beginnings = stepsOf(period, zone);
  const calendar = await calendarUntil(db, period.to, { businessHours, zone });
  const settings = settingsKey(businessHours, zone);
  const asked = { period, before, grouping, beginnings, calendar, settings };
  const counted = isLong(period) ? await countFromHours(db, asked) : undefined;
  const hasBusinessHours = calendar !== undefined;
  if (counted) {
    const [standing, groups] = await Promise.all([
      numbersStore.countStanding(db),
      groupsFrom(db, counted.groups, grouping),
    ]);
    const totals = { ...counted.flow, ...standing };
    const steps = beginnings.map((from, index) => ({ from, ...(counted.steps[index] ?? nothingCounted) }));
    return { period, totals, before: { ...before, flow: counted.before }, grouping, groups, steps, hasBusinessHours };
  }
  const [totals, groups, flow, steps] = await Promise.all([
    numbersStore.countTotals(db, period, calendar),
    numbersStore.countGroups(db, period, calendar, grouping),
    numbersStore.countFlow(db, before, calendar),
    numbersStore.countSteps(db, period, calendar, beginnings),
  ]);
  return { period, totals, before: { ...before, flow }, grouping, groups, steps, hasBusinessHours };
}

const dayMs = 86_400_000;

/** From the first day on, since something may have been open for as long. A day more: clocks of processes differ. */
export async function calendarUntil(db: Db, to: Date, { businessHours, zone }: Clockwork): Promise<Calendar> {
  if (businessHours === 'always') return undefined;
  const from = (await numbersStore.findBeginning(db)) ?? to;
  return openRanges(businessHours, zone, { from: new Date(from.getTime() - dayMs), to });
}

/** Groups of what happened, with what is open of each, also where nothing happened. */
async function groupsFrom(db: Db, flows: FromHours['groups'], grouping: Grouping): Promise<Group[]> {
  const nowhere: Span = { from: new Date(0), to: new Date(0) };
  const [standing, people] = await Promise.all([
    numbersStore.countGroups(db, nowhere, undefined, grouping),
    grouping === 'agent' ? numbersStore.findPeopleNames(db) : new Map<string, string>(),
  ]);
  const named = new Map<string | null, Flow>();
  for (const [key, flow] of flows) named.set(grouping === 'agent' ? (people.get(key) ?? null) : key || null, flow);
  const names = new Set([...named.keys(), ...standing.map(({ name }) => name)]);
  return numbersStore.busiestFirst(
    [...names].map((name) => {
      const { openNow = 0, unacknowledgedNow = 0 } = standing.find((group) => group.name === name) ?? {};
      return { name, ...(named.get(name) ?? nothingCounted), openNow, unacknowledgedNow };
    }),
  );
}
