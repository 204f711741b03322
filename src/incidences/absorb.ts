import { isOlder, isOlderMessage, isOvertaken } from './event-order.ts';
import type { When } from './decision.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';
import type { Details, SourceEvent } from '../sources/source-event.ts';

/** What an event in which the customer speaks adds to the incidence. */
export function known(event: SourceEvent, when: When, current?: Incidence): IncidenceChange {
  const isLate = current !== undefined && isOlder(current, event, when);
  return { ...details(event, when, current), ...(isLate ? {} : { happenedAt: event.at ?? when.now }) };
}

/**
 * What an event adds of its details. Fields the source leaves out stay; fields it sends empty are emptied. Of a late event,
 * by the desk's own version of the conversation, only what is not known yet counts.
 */
export function details(event: SourceEvent, when: When, current?: Incidence): IncidenceChange {
  const { additionalInfo, message: _, ...rest } = event.details;
  const version = versionOf(event);
  const isLate = current !== undefined && isLateBy(version, event, when, current);
  const change: IncidenceChange = {
    ...(isLate ? missing(current, rest) : rest),
    ...messageIn(event, when, current),
    ...(isLate || version === undefined ? {} : { detailsVersion: version }),
  };
  if (!additionalInfo || Object.keys(additionalInfo).length === 0) return change;
  const info = isLate
    ? { ...additionalInfo, ...current.additionalInfo }
    : { ...current?.additionalInfo, ...additionalInfo };
  return { ...change, additionalInfo: info };
}

/** Only a desk has versions; where it sends none, the time of the event is one. */
function versionOf({ subject, version, at }: SourceEvent): number | undefined {
  if (subject.source !== 'chatwoot') return undefined;
  return version ?? (at && at.getTime() / 1000);
}

function isLateBy(version: number | undefined, event: SourceEvent, when: When, current: Incidence): boolean {
  if (version !== undefined && current.detailsVersion !== null) return version < current.detailsVersion;
  return isSpoken(event) && isOvertaken(current, event, when);
}

function messageIn(event: SourceEvent, when: When, current?: Incidence): IncidenceChange {
  const { message } = event.details;
  if (message === undefined) return {};
  if (current && hidesMessage(current, event, when))
    return current.message === null ? missingMessage(current, event) : {};
  return shownMessage(event, message);
}

/** Nothing is shown, although something newer was said, which had no words of its own: better than nothing. */
function missingMessage(current: Incidence, event: SourceEvent): IncidenceChange {
  const { message } = event.details;
  return message === undefined || current.messageRef !== null ? {} : shownMessage(event, message);
}

function shownMessage(event: SourceEvent, message: string): IncidenceChange {
  return { message, messageRef: event.message?.ref ?? null, messageAt: event.message?.at ?? event.at ?? null };
}

/** Whether a newer message is shown already. */
function hidesMessage(current: Incidence, event: SourceEvent, when: When): boolean {
  const byNumber = isOlderMessage(current, event.message);
  if (byNumber !== undefined) return byNumber;
  if (event.change.kind === 'alerted') return false;
  if (isSpoken(event)) return isOvertaken(current, event, when);
  const at = event.message?.at ?? event.at;
  return at !== undefined && current.messageAt !== null && at < current.messageAt;
}

function isSpoken({ change }: SourceEvent): boolean {
  return change.kind === 'wrote' || change.kind === 'transcribed';
}

/** Only the fields that are not known yet. */
function missing(current: Incidence, given: Omit<Details, 'additionalInfo' | 'message'>): IncidenceChange {
  const unknown = detailKeys.filter((key) => current[key] === null && given[key] !== undefined);
  return Object.fromEntries(unknown.map((key) => [key, given[key]]));
}

const detailKeys = [
  'title',
  'customerName',
  'customerEmail',
  'customerPhone',
  'visitorId',
  'url',
  'stage',
  'appScreen',
  'cartValue',
  'eventType',
  'frictionScore',
  'place',
  'property',
  'inboxId',
  'page',
] as const satisfies readonly Exclude<keyof Details, 'additionalInfo' | 'message'>[];
