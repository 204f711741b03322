import type { Selectable } from 'kysely';
import type { Database } from '../database/schema.ts';
import { type Severity, worse } from '../sources/severity.ts';

export type Incidence = Selectable<Database['incidences']>;
export type Outcome = NonNullable<Incidence['outcome']>;
export const outcomes = ['resolved', 'no_reply_needed', 'duplicate', 'spam'] as const satisfies readonly Outcome[];

/** Characters: a note must fit on the card. */
export const longestNote = 500;

/** What a person may do to an incidence. */
export type Action =
  | Readonly<{ kind: 'acknowledge' }>
  | Readonly<{ kind: 'release' }>
  | Readonly<{ kind: 'close'; outcome: Outcome; note?: string | undefined }>
  | Readonly<{ kind: 'reopen' }>
  | Readonly<{ kind: 'note'; note: string }>
  | Readonly<{ kind: 'severity'; severity: Severity }>
  | Readonly<{ kind: 'snooze'; until: Date }>
  | Readonly<{ kind: 'assign'; to: Readonly<{ id: number; name: string }> }>;

/** Columns that change; the others are kept by the store, which also sets when the next reminder is due. */
export type IncidenceChange = Partial<
  Omit<
    Incidence,
    'id' | 'version' | 'stateVersion' | 'updatedAt' | 'escalationStep' | 'answerStep' | 'holderRemindedAt' | 'nextDueAt'
  >
>;

export type RefusalReason =
  | 'already-acknowledged'
  | 'already-closed'
  | 'not-acknowledged'
  | 'not-closed'
  | 'same-severity';

export type Transition =
  | Readonly<{ ok: true; change: IncidenceChange }>
  | Readonly<{ ok: false; reason: RefusalReason; by: number | null }>;

/** The whole life of an incidence in people's hands: open → acknowledged → closed, release and reopen back to open. */
export function transition(incidence: Incidence, action: Action, actor: { id: number }, now: Date): Transition {
  switch (action.kind) {
    case 'acknowledge':
      if (incidence.status === 'closed') return refused('already-closed', incidence.closedBy);
      if (incidence.status === 'acknowledged') return refused('already-acknowledged', incidence.acknowledgedBy);
      return changed(acknowledged(actor.id, now));
    case 'assign':
      if (incidence.status === 'closed') return refused('already-closed', incidence.closedBy);
      if (incidence.acknowledgedBy === action.to.id) return refused('already-acknowledged', action.to.id);
      return changed(acknowledged(action.to.id, now));
    case 'release':
      if (incidence.status === 'closed') return refused('already-closed', incidence.closedBy);
      if (incidence.status === 'open') return refused('not-acknowledged', null);
      return changed(released(now));
    case 'close':
      if (incidence.status === 'closed') return refused('already-closed', incidence.closedBy);
      return changed({
        status: 'closed',
        closedAt: now,
        closedBy: actor.id,
        notAnsweredBy: null,
        snoozedUntil: null,
        outcome: action.outcome,
        ...(action.note ? { note: action.note } : {}),
      });
    case 'reopen':
      if (incidence.status !== 'closed') return refused('not-closed', null);
      return changed(reopened(now));
    case 'note':
      return changed({ note: action.note });
    case 'severity':
      if (incidence.status === 'closed') return refused('already-closed', incidence.closedBy);
      if (incidence.severity === action.severity) return refused('same-severity', null);
      return changed({
        severity: action.severity,
        severityJudged: worse(worstKnown(incidence), action.severity),
      });
    case 'snooze':
      if (incidence.status === 'closed') return refused('already-closed', incidence.closedBy);
      return changed({ snoozedUntil: action.until, snoozedBy: actor.id });
  }
}

function acknowledged(by: number, now: Date): IncidenceChange {
  return {
    status: 'acknowledged',
    acknowledgedAt: now,
    acknowledgedBy: by,
    notAnsweredBy: null,
    snoozedUntil: null,
  };
}

/** Open again: nobody holds it, the customer waits for an answer anew, and the earlier outcome remains only in the history. */
export function reopened(now: Date): IncidenceChange {
  return {
    status: 'open',
    openSince: now,
    acknowledgedAt: null,
    acknowledgedBy: null,
    firstHumanReplyAt: null,
    closedAt: null,
    closedBy: null,
    notAnsweredBy: null,
    snoozedUntil: null,
    outcome: null,
    note: null,
  };
}

/** Open for everybody: nobody holds it, and it is not silent. `notAnsweredBy`: who held it and gave no answer in time. */
export function released(now: Date, notAnsweredBy: number | null = null): IncidenceChange {
  return {
    status: 'open',
    openSince: now,
    acknowledgedAt: null,
    acknowledgedBy: null,
    notAnsweredBy,
    snoozedUntil: null,
  };
}

/** It keeps silent. */
export function isSnoozed({ status, snoozedUntil }: Pick<Incidence, 'status' | 'snoozedUntil'>): boolean {
  return status !== 'closed' && snoozedUntil !== null;
}

/** After a person decided, what was known already does not raise it again: repeated events and labels that are still set. */
export function risen(incidence: Judged, severity: Severity): Severity {
  const known = worstKnown(incidence);
  return worse(known, severity) === known ? incidence.severity : severity;
}

type Judged = Pick<Incidence, 'severity' | 'severityJudged'>;

function worstKnown({ severity, severityJudged }: Judged): Severity {
  return worse(severity, severityJudged ?? severity);
}

function changed(change: IncidenceChange): Transition {
  return { ok: true, change };
}

function refused(reason: RefusalReason, by: number | null): Transition {
  return { ok: false, reason, by };
}
