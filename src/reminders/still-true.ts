import { isAnswerAwaited } from '../escalation/policy.ts';
import type { Incidence } from '../incidences/incidence.ts';
import type { Reminder } from './reminder-store.ts';

/** Whether a reminder still holds: what happened since it became due may have ended its reason. Pure. */
export function isStillTrue({ about, at }: Pick<Reminder, 'about' | 'at'>, incidence: Incidence): boolean {
  const { status, openSince, openedAt, acknowledgedAt, snoozedUntil } = incidence;
  if (snoozedUntil) return false;
  switch (about) {
    case 'open':
    case 'reopened':
      return status === 'open' && (openSince ?? openedAt) <= at;
    case 'answer':
      return status === 'acknowledged' && (acknowledgedAt ?? openedAt) <= at && isAnswerAwaited(incidence);
  }
}
