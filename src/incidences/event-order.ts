import type { When } from './decision.ts';
import type { Incidence } from './incidence.ts';
import type { SourceEvent } from '../sources/source-event.ts';

/*
 * Sources do not guarantee order. These rules detect late events by three clocks: the source's (`event.at`, `happenedAt`),
 * ours (`receivedAt`, `openedAt`, `updatedAt`) and the desk's version of a conversation.
 */

/** A newer message of the customer is known already. */
export function isOvertaken(
  current: Pick<Incidence, 'message' | 'happenedAt' | 'updatedAt'>,
  event: Pick<SourceEvent, 'at'>,
  when: Pick<When, 'receivedAt'>,
): boolean {
  return current.message !== null && isOlder(current, event, when);
}

/**
 * It happened before the last known event. A known time that lay in the future when it was stored (local time sent as
 * UTC) is compared only with times of the same clock.
 */
export function isOlder(
  current: Pick<Incidence, 'happenedAt' | 'updatedAt'>,
  event: Pick<SourceEvent, 'at'>,
  { receivedAt }: Pick<When, 'receivedAt'>,
): boolean {
  if (event.at === undefined || event.at >= current.happenedAt) return false;
  return current.happenedAt <= current.updatedAt || event.at > receivedAt;
}

/** It belongs to an earlier incidence of the conversation, as in a replay: received before this one was opened, and older. */
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

/** The desk reports what it was when we had written its state, or before: by its version. */
export function isOwnDoing(
  current: Pick<Incidence, 'deskVersionWritten'>,
  { version }: Pick<SourceEvent, 'version'>,
): boolean {
  return current.deskVersionWritten !== null && version !== undefined && version <= current.deskVersionWritten;
}

/** The desk has this state because we wrote it, or are writing it, after this was said. */
export function isBeforeOurs(
  status: 'resolved' | 'snoozed',
  current: Pick<Incidence, 'deskStatusSending' | 'deskVersionWritten'>,
  { at }: Pick<SourceEvent, 'at'>,
): boolean {
  if (current.deskStatusSending === status) return true;
  return current.deskVersionWritten !== null && at !== undefined && at.getTime() / 1000 <= current.deskVersionWritten;
}

/** It was part of what was read from the source's API. */
export function isOlderThanImport(
  { importedAt }: Pick<Incidence, 'importedAt'>,
  event: Pick<SourceEvent, 'at'>,
): boolean {
  return importedAt !== null && event.at !== undefined && event.at <= importedAt;
}

/** A visitor who writes is back, unless the end of the chat was received before its start. */
export function leftSince(
  { visitorLeftAt }: Pick<Incidence, 'visitorLeftAt'>,
  event: Pick<SourceEvent, 'at'>,
): Date | null {
  return visitorLeftAt && event.at && event.at < visitorLeftAt ? visitorLeftAt : null;
}

/**
 * Whether a message is older than the one that is shown: by their times, which some bodies give in whole seconds, else by
 * their numbers. Undefined where one has neither.
 */
export function isOlderMessage(
  shown: Pick<Incidence, 'messageRef' | 'messageAt'>,
  message: SourceEvent['message'],
): boolean | undefined {
  if (shown.messageRef === null || message === undefined) return undefined;
  const ms = shown.messageAt && message.at ? message.at.getTime() - shown.messageAt.getTime() : 0;
  if (Math.abs(ms) >= 1000) return ms < 0;
  const numbers = [shown.messageRef, message.ref];
  if (!numbers.every((ref) => /^\d{1,15}$/.test(ref))) return undefined;
  return Number(message.ref) < Number(shown.messageRef);
}
