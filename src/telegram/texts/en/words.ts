import type { Outcome } from '../../../incidences/incidence.ts';
import type { Severity } from '../../../sources/severity.ts';

const plurals = new Intl.PluralRules('en');

/** `1 message`, `2 messages`. */
export function counted(count: number, one: string, other = `${one}s`): string {
  return `${count} ${plurals.select(count) === 'one' ? one : other}`;
}

/** What people do, as it is said with `by Ana`. */
export const did: Readonly<Record<string, string>> = {
  acknowledge: 'acknowledged',
  assign: 'assigned',
  release: 'released',
  close: 'closed',
  reopen: 'reopened',
  snooze: 'snoozed',
  severity: 'severity set',
  tag: 'tags changed',
  'take-over': 'taken over',
  undo: 'an action undone',
};

export const severities: Readonly<Record<Severity, string>> = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

export const severityButtons: Readonly<Record<Severity, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

/** Where incidences come from. */
export const sources: Readonly<Record<string, string>> = {
  alert: 'Support bot',
  chatwoot: 'Chatwoot',
  tawk: 'Tawk',
};

/** On a button. */
export const outcomes: Readonly<Record<Outcome, string>> = {
  resolved: 'Resolved',
  no_reply_needed: 'No reply needed',
  duplicate: 'Duplicate',
  spam: 'Spam',
};

/** Within a sentence. */
export const outcomesInText: Readonly<Record<Outcome, string>> = {
  resolved: 'resolved',
  no_reply_needed: 'no reply needed',
  duplicate: 'duplicate',
  spam: 'spam',
};
