import { DateTime } from 'luxon';
import type { Db } from '../database/connect.ts';
import { calendarUntil, type Clockwork } from './count-numbers.ts';
import type { Span } from './events.ts';
import * as hourStore from './hour-store.ts';
import { gapsBetween, settingsKey, untouched } from './hours.ts';
import type { Flow } from './numbers.ts';
import { createTally } from './tally.ts';
import { findTouched } from './touched.ts';

/** What happened by the hour of the day (0 to 23) and by the day of the week (Monday first), in the team's zone. */
export type Week = Readonly<{ hours: readonly Flow[]; weekdays: readonly Flow[] }>;

export async function countWeek(db: Db, span: Span, clockwork: Clockwork): Promise<Week> {
  const { businessHours, zone } = clockwork;
  const calendar = await calendarUntil(db, span.to, clockwork);
  const known = await countedHours(db, span, settingsKey(businessHours, zone));
  const facts = await hourStore.readFacts(db, gapsBetween(span, known), calendar);
  const tallies = (count: number) => Array.from({ length: count }, () => createTally(calendar !== undefined));
  const [hours, weekdays] = [tallies(24), tallies(7)];
  const talliesAt = (at: Date) => {
    const { hour, weekday } = DateTime.fromJSDate(at, { zone });
    return [hours[hour], weekdays[weekday - 1]];
  };
  for (const hour of known) for (const tally of talliesAt(hour.from)) tally?.addPacked(hour);
  for (const fact of facts) for (const tally of talliesAt(fact.at)) tally?.addFact(fact);
  return { hours: hours.map((tally) => tally.flow()), weekdays: weekdays.map((tally) => tally.flow()) };
}

/** Hours that were counted before, and in which nothing changed since. None where they were counted by other hours of business. */
async function countedHours(db: Db, span: Span, settings: string): Promise<hourStore.Hour[]> {
  const touched = await findTouched(db, settings);
  return touched ? untouched(await hourStore.findHours(db, span), touched) : [];
}
