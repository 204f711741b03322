import type { BusinessHours } from '../config/business-hours.ts';
import { openRanges } from '../config/open-ranges.ts';
import type { Db } from '../database/connect.ts';
import type { Grouping, Numbers } from './numbers.ts';
import * as numbersStore from './numbers-store.ts';
import { type Period, periodBefore, stepsOf } from './period.ts';

/** How the team reads time. */
export type Clockwork = Readonly<{ businessHours: BusinessHours; zone: string }>;

/** Everything that is shown of a period. */
export async function countNumbers(
  db: Db,
  { period, grouping }: Readonly<{ period: Period; grouping: Grouping }>,
  clockwork: Clockwork,
): Promise<Numbers> {
  const { businessHours, zone } = clockwork;
  const spanBefore = periodBefore(period, zone);
  const calendar = businessHours === 'always' ? undefined : await calendarUntil(db, period.to, businessHours, zone);
  const [totals, groups, flow, steps] = await Promise.all([
    numbersStore.countTotals(db, period, calendar),
    numbersStore.countGroups(db, period, calendar, grouping),
    numbersStore.countFlow(db, spanBefore, calendar),
    numbersStore.countSteps(db, period, calendar, stepsOf(period, zone)),
  ]);
  const before = { ...spanBefore, flow };
  return { period, totals, before, grouping, groups, steps, hasBusinessHours: calendar !== undefined };
}

const dayMs = 86_400_000;

/** From the first day on, since something may have been open for as long. A day more: clocks of processes differ. */
async function calendarUntil(db: Db, to: Date, hours: Exclude<BusinessHours, 'always'>, zone: string) {
  const from = (await numbersStore.findBeginning(db)) ?? to;
  return openRanges(hours, zone, { from: new Date(from.getTime() - dayMs), to });
}
