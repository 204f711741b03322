import { isDeepStrictEqual } from 'node:util';
import { type HistoryValues, isRecorded, valuesOf } from './history.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';

type Kept = Readonly<{ before: HistoryValues; after: HistoryValues }>;

/** What was never open is not counted. */
export function historyOfOpening({ status, severity }: Incidence): Kept {
  return { before: {}, after: { ...(status === 'open' ? { status } : {}), severity } };
}

/** What the history keeps of a change: the values that people count by, and the names of the others. Pure. */
export function historyOfChange(before: Incidence, after: Incidence, change: IncidenceChange): Kept {
  const changed = changedKeys(before, after, change);
  const recorded = changed.filter(isRecorded);
  const others = changed.filter((key) => !isRecorded(key));
  const also = others.length > 0 ? { changed: others } : {};
  return { before: valuesOf(before, recorded), after: { ...valuesOf(after, recorded), ...also } };
}

/** Change with almost every event. */
const unrecordedKeys: ReadonlySet<string> = new Set([
  'message',
  'additionalInfo',
  'happenedAt',
  'deskVersion',
  'deskSeverity',
  'deskSnoozedUntil',
  'detailsVersion',
  'messageRef',
  'messageAt',
  'unanswered',
  'lastAnswerAt',
  'waitingSince',
] satisfies (keyof Incidence)[]);

function changedKeys(before: Incidence, after: Incidence, change: IncidenceChange): string[] {
  const isChanged = (key: string) => !isDeepStrictEqual(Reflect.get(before, key), Reflect.get(after, key));
  return Object.keys(change).filter((key) => !unrecordedKeys.has(key) && isChanged(key));
}
