import { details, known } from './absorb.ts';
import { deskSeverityIn, regraded } from './desk-severity.ts';
import {
  type Change,
  changeOf,
  type Decision,
  nothing,
  open,
  quietly,
  raise,
  reopen,
  shows,
  type When,
} from './decision.ts';
import { isOfEarlier, isOlderThanDesk, isOwnDoing } from './event-order.ts';
import { type Incidence, type IncidenceChange, risen } from './incidence.ts';
import { deskSnooze, deskSnoozedUntil } from './snooze.ts';
import { withAnswer } from './waiting.ts';
import type { Severity } from '../sources/severity.ts';
import type { SourceEvent } from '../sources/source-event.ts';

export function decideOnStatus(
  current: Incidence | undefined,
  event: SourceEvent,
  change: Extract<SourceEvent['change'], { kind: 'status' }>,
  when: When,
): Decision {
  const { now } = when;
  const severity = change.severity ?? current?.severity ?? 'medium';
  const sla = change.slaMissed && { slaMissed: change.slaMissed };
  if (!current) {
    if (change.status !== 'open') return nothing(`unknown conversation, ${change.status} in Chatwoot`);
    if (!change.needsPerson) return nothing('unknown conversation, and no customer is waiting');
    const happenedAt = event.message?.at ?? event.details.waitingSince ?? event.at ?? now;
    const version = event.version ?? null;
    const desk = { deskStatus: change.status, deskVersion: version, ...deskSeverityIn(change), ...sla };
    return open({ ...known(event, when), ...desk, happenedAt, severity, trigger: 'USER_INITIATED' }, 'status');
  }

  // Whether it was so before that, because of it or after it is known once the write was answered.
  if (current.deskStatusSending !== null)
    return { kind: 'nothing', reason: 'the state is being written to Chatwoot', untilWritten: true };
  const ended = change.status === 'resolved' && event.at ? withAnswer(current, event.at) : {};
  const told = { ...details(event, when, current), ...ended };
  if (isOlderThanDesk(current, event)) return late(current, told, severity);
  const desk = {
    deskStatus: change.status,
    deskVersion: event.version ?? current.deskVersion ?? null,
    deskSnoozedUntil: deskSnoozedUntil(change, current),
  };
  const update = { ...told, ...desk, ...deskSeverityIn(change), ...sla };
  const chosen = regraded(current, change);
  const graded = chosen ?? risen(current, severity);
  if (isOwnDoing(current, event)) {
    // What somebody else changed before comes along with it.
    const raised = withSeverity(raise(current, chosen ?? severity, update, 'status'), chosen);
    const others = { ...raised.change, deskStatus: current.deskStatus };
    return current.status !== 'closed' && shows(current, others) ? raised : { ...raised, quiet: true };
  }
  if (current.status === 'closed') {
    const isOpenAgain = change.status === 'open' && current.deskStatus !== null && current.deskStatus !== 'open';
    if (isOpenAgain) return withSeverity(reopen(current, { ...update, severity }, 'status', now), chosen);
    return { ...changeOf({ ...update, severity: graded }, 'status'), quiet: true };
  }
  // It was resolved before something else opened the incidence, such as a bad rating: that is no news.
  if (change.status === 'resolved' && current.deskStatus !== 'resolved') {
    if (isOfEarlier(current, event, when)) return nothing('resolved before this incidence opened');
    const closed = { status: 'closed', closedAt: now, closedBy: null, outcome: 'resolved' } as const;
    return changeOf({ ...update, ...closed, severity: graded }, 'resolved');
  }
  const slept = deskSnooze(change, current, now);
  const raised = withSeverity(raise(current, chosen ?? severity, { ...update, ...slept }, 'status'), chosen);
  if (slept.snoozedUntil === null) return { ...raised, notice: 'woken' };
  const isHandedOver = current.deskStatus === 'pending' && change.status === 'open';
  if (isHandedOver) return { notice: 'handed-over', ...raised };
  return shows(current, raised.change) ? raised : { ...raised, quiet: true };
}

/** A choice stands as it is, also where it is milder. */
function withSeverity(decision: Change, chosen: Severity | undefined): Change {
  return chosen ? { ...decision, change: { ...decision.change, severity: chosen } } : decision;
}

/** The desk has moved on since: the event changes no state, but what it knows and how bad it was count. */
function late(current: Incidence, update: IncidenceChange, severity: Severity): Decision {
  const reason = 'older than the known state';
  if (current.status === 'closed') return quietly(current, update, severity, 'status', reason);
  const raised = raise(current, severity, update, 'status');
  return shows(current, raised.change) ? raised : quietly(current, update, severity, 'status', reason);
}
