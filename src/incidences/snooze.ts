import type { Decision, When } from './decision.ts';
import { isBeforeOurs, isOlder } from './event-order.ts';
import { type Incidence, type IncidenceChange, isSnoozed, released } from './incidence.ts';
import type { SourceChange, SourceEvent } from '../sources/source-event.ts';

type StatusChange = Pick<Extract<SourceChange, { kind: 'status' }>, 'status' | 'snoozedUntil'>;

/** No time: a snooze that lasts until the customer writes. */
export const untilReply = new Date('9999-12-31T00:00:00Z');

/** A new word of the customer ends a snooze: open for everybody, and said so. Words that were known already do not. */
export function wakenedBy(
  event: SourceEvent,
  current: Incidence | undefined,
  decision: Decision,
  when: When,
): Decision {
  if (decision.kind !== 'change' || decision.quiet || !current || !isSnoozed(current)) return decision;
  if (!isNewWord(event, current, when)) return decision;
  // The desk wakes it itself, unless we snoozed it there after these words.
  const isSnoozedSince =
    current.deskStatusSending === 'snoozed' ||
    (current.deskStatus === 'snoozed' && isBeforeOurs('snoozed', current, event));
  return {
    ...decision,
    change: { ...decision.change, ...released(when.now) },
    notice: 'woken',
    ...(isSnoozedSince && { writesBack: 'wake' as const }),
  };
}

function isNewWord(event: SourceEvent, current: Incidence, when: When): boolean {
  const { change, message } = event;
  if (change.kind === 'alerted' || change.kind === 'rated') return true;
  if (change.kind !== 'wrote' || change.trigger !== 'USER_INITIATED') return false;
  // Words that the desk has snoozed since were seen by whoever did that: the desk itself wakes it by newer ones.
  if (current.snoozedBy === null && change.status === 'snoozed') return false;
  const isKnown = message !== undefined && message.ref === current.messageRef;
  return !isKnown && !isOlder(current, event, when);
}

/** What the help desk's own snooze, or its end, changes here. */
export function deskSnooze(change: StatusChange, current: Incidence, now: Date): IncidenceChange {
  if (change.status !== 'snoozed') {
    const isOver = change.status === 'open' && current.deskStatus === 'snoozed' && isSnoozed(current);
    return isOver ? released(now) : {};
  }
  const until = deskSnoozedUntil(change, current);
  // What the desk has said already is no news: somebody may have ended the snooze here since, or chosen another time.
  const isKnown = current.deskStatus === 'snoozed' && isSameSecond(until, current.deskSnoozedUntil);
  const isNews = until && until > now && !isKnown && !isSameSecond(until, current.snoozedUntil);
  return isNews ? { snoozedUntil: until, snoozedBy: null } : {};
}

/** Until when the desk snoozes it; where the event does not say, what is known. */
export function deskSnoozedUntil(
  { status, snoozedUntil }: StatusChange,
  current: Pick<Incidence, 'deskSnoozedUntil'>,
): Date | null {
  if (status !== 'snoozed') return null;
  return snoozedUntil === undefined ? current.deskSnoozedUntil : (snoozedUntil ?? untilReply);
}

/** The desk keeps whole seconds. */
export function isSameSecond(one: Date | null, other: Date | null): boolean {
  return secondOf(one) === secondOf(other);
}

function secondOf(at: Date | null): number | null {
  return at && Math.floor(at.getTime() / 1000);
}
