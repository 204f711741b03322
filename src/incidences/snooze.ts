import type { Decision, When } from './decision.ts';
import { isOlder } from './event-order.ts';
import { type Incidence, type IncidenceChange, isSnoozed, released } from './incidence.ts';
import type { SourceChange, SourceEvent } from '../sources/source-event.ts';

/** A new word of the customer ends a snooze: open for everybody, and said so. Words that were known already do not. */
export function wakenedBy(
  event: SourceEvent,
  current: Incidence | undefined,
  decision: Decision,
  when: When,
): Decision {
  if (decision.kind !== 'change' || decision.quiet || !current || !isSnoozed(current)) return decision;
  if (!isNewWord(event, current, when)) return decision;
  return { ...decision, change: { ...decision.change, ...released(when.now) }, notice: 'woken' };
}

function isNewWord(event: SourceEvent, current: Incidence, when: When): boolean {
  const { change, message } = event;
  if (change.kind === 'alerted' || change.kind === 'rated') return true;
  if (change.kind !== 'wrote' || change.trigger !== 'USER_INITIATED') return false;
  const isKnown = message !== undefined && message.ref === current.messageRef;
  return !isKnown && !isOlder(current, event, when);
}

/** What the help desk's own snooze, or its end, changes here. Without a time it lasts until the customer writes: only the desk knows that. */
export function deskSnooze(
  { status, snoozedUntil }: Extract<SourceChange, { kind: 'status' }>,
  current: Incidence,
  now: Date,
): IncidenceChange {
  if (status === 'snoozed') {
    const isNews = snoozedUntil && snoozedUntil > now && secondOf(snoozedUntil) !== secondOf(current.snoozedUntil);
    return isNews ? { snoozedUntil, snoozedBy: null } : {};
  }
  return status === 'open' && current.deskStatus === 'snoozed' && isSnoozed(current) ? released(now) : {};
}

/** The desk keeps whole seconds. */
function secondOf(at: Date | null): number | null {
  return at && Math.floor(at.getTime() / 1000);
}
