import { DateTime } from 'luxon';
import type { BusinessHours } from '../config/business-hours.ts';
import type { Span } from './events.ts';
import { type FrictionPart, packPart } from './friction-store.ts';
import type { GroupedFact, Hour } from './hour-store.ts';
import { groupings } from './numbers.ts';
import { pack } from './tally.ts';

/** What an hour says. Another number here has every hour counted anew after an upgrade. */
const version = 2;

/** Hours are counted by these settings: with others they are counted anew. */
export function settingsKey(businessHours: BusinessHours, zone: string): string {
  return JSON.stringify([zone, businessHours, version]);
}

/** The hours of a span by the clock on the wall, so that every local day consists of whole ones. */
export function hoursIn({ from, to }: Span, zone: string): Span[] {
  const hours: Span[] = [];
  let begins = DateTime.fromJSDate(from, { zone });
  while (begins.toMillis() < to.getTime()) {
    const later = begins.plus({ hours: 1 });
    const whole = later.startOf('hour');
    // Where the clocks go back by half an hour, the beginning of an hour may lie before it.
    const ends = whole > begins ? whole : later;
    hours.push({ from: begins.toJSDate(), to: new Date(Math.min(ends.toMillis(), to.getTime())) });
    begins = ends;
  }
  return hours;
}

/** What is stored of these hours: each has an entry of everything, also where nothing happened. */
export function countHours(hours: readonly Span[], facts: readonly GroupedFact[]): Hour[] {
  const inHours = Map.groupBy(facts, ({ at }) => hours.findIndex(({ from, to }) => at >= from && at < to));
  return hours.flatMap((hour, index) => {
    const happened = inHours.get(index) ?? [];
    const all: Hour = { ...hour, grouping: 'all', name: '', ...pack(happened) };
    const groups = groupings.flatMap((grouping) => {
      const byName = new Map<string, GroupedFact[]>();
      for (const fact of happened) {
        for (const name of fact.names[grouping]) {
          const known = byName.get(name);
          if (known) known.push(fact);
          else byName.set(name, [fact]);
        }
      }
      return [...byName].map(([name, some]): Hour => ({ ...hour, grouping, name, ...pack(some) }));
    });
    return [all, ...groups];
  });
}

/** Likewise. The parts are numbered by hour. */
export function frictionHours(hours: readonly Span[], parts: readonly FrictionPart[]) {
  return parts.flatMap((part) => {
    const hour = hours[part.step - 1];
    return hour ? [{ ...hour, grouping: part.grouping, name: part.name, ...packPart(part) }] : [];
  });
}

/** What of a span the hours leave out, in order. */
export function gapsBetween(span: Span, hours: readonly Span[]): Span[] {
  const gaps: Span[] = [];
  let from = span.from;
  for (const hour of hours) {
    if (hour.from > from) gaps.push({ from, to: hour.from });
    from = hour.to;
  }
  if (from < span.to) gaps.push({ from, to: span.to });
  return gaps;
}

/** Those in which none of these moments lies; both in order. */
export function untouched<H extends Span>(hours: readonly H[], moments: readonly Date[]): H[] {
  let next = 0;
  return hours.filter(({ from, to }) => {
    while (next < moments.length && (moments[next] ?? to) < from) next += 1;
    const moment = moments[next];
    return moment === undefined || moment >= to;
  });
}
