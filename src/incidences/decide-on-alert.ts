import { known } from './absorb.ts';
import { type Decision, open, raise, reopen, type When } from './decision.ts';
import { isOlderThanDesk } from './event-order.ts';
import type { Incidence } from './incidence.ts';
import type { SourceEvent } from '../sources/source-event.ts';

/** Joins the open incidence or opens one. */
export function decideOnAlert(
  current: Incidence | undefined,
  event: SourceEvent,
  { severity, reason }: Extract<SourceEvent['change'], { kind: 'alerted' }>,
  when: When,
): Decision {
  if (!current || current.status === 'closed') {
    const row = { ...known(event, when), reason, severity, alertCount: 1, trigger: 'USER_INITIATED' as const };
    return open(row, 'alerted');
  }
  const update = {
    ...known(event, when, current),
    reason,
    alertCount: current.alertCount + 1,
    visitorLeftAt: null,
  };
  return raise(current, severity, update, 'alerted');
}

/** A bad rating is an alert that reopens what was closed. */
export function decideOnRating(
  current: Incidence | undefined,
  event: SourceEvent,
  { severity, rating, status }: Extract<SourceEvent['change'], { kind: 'rated' }>,
  when: When,
): Decision {
  const { now } = when;
  const row = { ...known(event, when, current), reason: `LOW_RATING_${rating}_OF_5`, severity };
  const isNewer = !current || !isOlderThanDesk(current, event);
  const desk = status && isNewer ? { deskStatus: status, deskVersion: event.version ?? null } : {};
  if (!current) return open({ ...row, ...desk, alertCount: 1, trigger: 'USER_INITIATED' }, 'rated');
  const update = { ...row, ...desk, alertCount: current.alertCount + 1, visitorLeftAt: null };
  return current.status === 'closed'
    ? reopen(current, update, 'rated', now)
    : raise(current, severity, update, 'rated');
}
