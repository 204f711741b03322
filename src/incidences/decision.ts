import { isDeepStrictEqual } from 'node:util';
import type { Severity } from '../sources/severity.ts';
import { type Incidence, type IncidenceChange, reopened, risen } from './incidence.ts';

/** A change that needs a message of its own: an edited card notifies nobody. */
export type Notice = 'severity-rose' | 'reopened' | 'woken' | 'assigned' | 'missed' | 'handed-over' | 'send-failed';

export type Opening = Omit<IncidenceChange, 'severity'> & { severity: Severity };

export type Decision =
  /**
   * `quiet`: to be stored, but no card shows it. `unrecorded`: nor is it worth a line of the history. `writesBack`: the
   * help desk has the state that was, because we wrote it; what is to follow there.
   */
  | Readonly<{ kind: 'open'; row: Opening; action: string; quiet?: true }>
  | Readonly<{
      kind: 'change';
      change: IncidenceChange;
      action: string;
      notice?: Notice;
      quiet?: true;
      unrecorded?: true;
      writesBack?: 'reopen' | 'wake';
    }>
  /** `untilWritten`: it is decided anew when it is known whether what we are writing to the help desk caused it. */
  | Readonly<{ kind: 'nothing'; reason: string; untilWritten?: true }>;

/** When an event was received, and when it is processed. */
export type When = Readonly<{ receivedAt: Date; now: Date }>;

export function open(row: Opening, action: string): Decision {
  return { kind: 'open', row, action };
}

/** Severity never falls; where it rises, people are told. */
export function raise(current: Incidence, severity: Severity, change: IncidenceChange, action: string): Change {
  const raised = risen(current, severity);
  const decision = changeOf({ ...change, severity: raised }, action);
  return raised === current.severity ? decision : { ...decision, notice: 'severity-rose' };
}

/** Closed incidences open again with what is news. */
export function reopen(current: Incidence, change: IncidenceChange, action: string, now: Date): Change {
  const severity = risen(current, change.severity ?? current.severity);
  return { kind: 'change', change: { ...change, ...reopened(now), severity }, action, notice: 'reopened' };
}

export type Change = Extract<Decision, { kind: 'change' }>;

export function changeOf(change: IncidenceChange, action: string): Change {
  return { kind: 'change', change, action };
}

export function nothing(reason: string): Decision {
  return { kind: 'nothing', reason };
}

/** Stores what no card shows, if there is anything to store. */
export function quietly(
  current: Incidence,
  update: IncidenceChange,
  severity: Severity,
  action: string,
  reason: string,
): Decision {
  const change = { ...update, severity: risen(current, severity) };
  if (!differs(current, change)) return nothing(reason);
  const isUnseen = !shows(current, change);
  return { ...changeOf(change, action), quiet: true, ...(isUnseen && { unrecorded: true }) };
}

/** Whether a card would look different: versions and the times of messages are not shown. */
export function shows(current: Incidence, change: IncidenceChange): boolean {
  const {
    deskVersion: _,
    deskSeverity: ______,
    deskSnoozedUntil: _______,
    detailsVersion: __,
    lastAnswerAt: ___,
    messageRef: ____,
    messageAt: _____,
    ...shown
  } = change;
  return differs(current, shown);
}

function differs(current: Incidence, change: IncidenceChange): boolean {
  const before: Readonly<Record<string, unknown>> = { ...current };
  return Object.entries(change).some(([key, value]) => !isDeepStrictEqual(before[key] ?? null, value ?? null));
}
