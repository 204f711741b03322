import { DateTime } from 'luxon';
import type { Db } from '../database/connect.ts';
import { calendarUntil, type Clockwork } from './count-numbers.ts';
import type { Span } from './events.ts';
import * as hourStore from './hour-store.ts';
import { gapsBetween, settingsKey, untouched } from './hours.ts';
import type { Flow } from './numbers.ts';
import { createAddUp, type Packed } from './tally.ts';
import { findTouched } from './touched.ts';

/** What happened by the hour of the day (0 to 23) and by the day of the week (Monday first), in the team's zone. */
export type Week = Readonly<{ hours: readonly Flow[]; weekdays: readonly Flow[] }>;

export async function countWeek(db: Db, span: Span, clockwork: Clockwork): Promise<Week> {
  const { businessHours, zone } = clockwork;
  const calendar = await calendarUntil(db, span.to, clockwork);
  const known = await countedHours(db, span, settingsKey(businessHours, zone));
  const facts = await hourStore.readFacts(db, gapsBetween(span, known), calendar);
  const addUp = createAddUp(calendar !== undefined);
  const flows = (count: number, partOf: (at: DateTime) => number) => {
    const ofHours = Map.groupBy(known, ({ from }) => partOf(DateTime.fromJSDate(from, { zone })));
    const ofFacts = Map.groupBy(facts, ({ at }) => partOf(DateTime.fromJSDate(at, { zone })));
    return Array.from({ length: count }, (_, part) => addUp(ofHours.get(part) ?? [], ofFacts.get(part) ?? []));
  };
  return { hours: flows(24, ({ hour }) => hour), weekdays: flows(7, ({ weekday }) => weekday - 1) };
}

/** Hours that were counted before, and in which nothing changed since. None where they were counted by other hours of business. */
async function countedHours(db: Db, span: Span, settings: string): Promise<(Span & Packed)[]> {
  const touched = await findTouched(db, settings);
  return touched ? untouched(await hourStore.findHours(db, span), touched) : [];
}
