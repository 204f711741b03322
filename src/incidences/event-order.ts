import type { When } from './decide-on-event.ts';
import type { Incidence } from './incidence.ts';
import type { SourceEvent } from '../sources/source-event.ts';

/*
 * Sources promise no order. These rules tell what arrived late, by three clocks: the source's (`event.at`, `happenedAt`),
 * ours (`receivedAt`, `openedAt`, `updatedAt`) and the desk's version of a conversation.
 */

/** Newer words of the customer are known already. */
export function isOvertaken(
  current: Pick<Incidence, 'message' | 'happenedAt' | 'updatedAt'>,
  event: Pick<SourceEvent, 'at'>,
  when: Pick<When, 'receivedAt'>,
): boolean {
  return current.message !== null && isOlder(current, event, when);
}

/**
 * It happened before what is known, as far as clocks tell: a known time that lay ahead when it was written down (local
 * time sent as UTC) orders nothing but events of the same clock.
 */
export function isOlder(
  current: Pick<Incidence, 'happenedAt' | 'updatedAt'>,
  event: Pick<SourceEvent, 'at'>,
  { receivedAt }: Pick<When, 'receivedAt'>,
): boolean {
  if (event.at === undefined || event.at >= current.happenedAt) return false;
  return current.happenedAt <= current.updatedAt || event.at > receivedAt;
}

/** It came before this incidence was opened, and from before its customer's words: of an earlier one, as in a replay. */
export function isOfEarlier(
  current: Pick<Incidence, 'openedAt' | 'happenedAt'>,
  event: Pick<SourceEvent, 'at'>,
  { receivedAt }: Pick<When, 'receivedAt'>,
): boolean {
  return receivedAt < current.openedAt && event.at !== undefined && event.at < current.happenedAt;
}

/** The desk has moved on since. */
export function isOlderThanDesk(
  current: Pick<Incidence, 'deskVersion'>,
  event: Pick<SourceEvent, 'at' | 'version'>,
): boolean {
  if (current.deskVersion === null) return false;
  const version = event.version ?? (event.at ? event.at.getTime() / 1000 : undefined);
  return version !== undefined && version < current.deskVersion;
}

/** Whoever writes is there again, unless the end of the chat came before its beginning. */
export function leftSince(
  { visitorLeftAt }: Pick<Incidence, 'visitorLeftAt'>,
  event: Pick<SourceEvent, 'at'>,
): Date | null {
  return visitorLeftAt && event.at && event.at < visitorLeftAt ? visitorLeftAt : null;
}
