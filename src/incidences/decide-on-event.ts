import { isDeepStrictEqual } from 'node:util';
import { isOfEarlier, isOlder, isOlderThanDesk, isOvertaken, leftSince } from './event-order.ts';
import { type Incidence, type IncidenceChange, reopened } from './incidence.ts';
import { type Severity, worse } from '../sources/severity.ts';
import type { Details, SourceEvent } from '../sources/source-event.ts';
import { isUnanswered } from '../transcripts/summary.ts';
import type { Transcript } from '../transcripts/transcript.ts';

/** A change that needs a message of its own: an edited card notifies nobody. */
export type Notice = 'severity-rose' | 'reopened' | 'missed';

export type Opening = Omit<IncidenceChange, 'severity'> & { severity: Severity };

export type Decision =
  | Readonly<{ kind: 'open'; row: Opening; action: string }>
  /** `quiet`: to be stored, but no card shows it. */
  | Readonly<{ kind: 'change'; change: IncidenceChange; action: string; notice?: Notice; quiet?: true }>
  | Readonly<{ kind: 'nothing'; reason: string }>;

/** When an event was received, and when it is processed. */
export type When = Readonly<{ receivedAt: Date; now: Date }>;

/**
 * How an event of a source changes the newest incidence of its conversation (undefined: there is none yet).
 * Severity never falls; an event that arrives late by the source's own clock changes no state.
 */
export function decideOnEvent(current: Incidence | undefined, event: SourceEvent, when: When): Decision {
  const { change } = event;
  const { now } = when;
  switch (change.kind) {
    case 'alerted': {
      const { severity, reason } = change;
      if (!current || current.status === 'closed') {
        const row = { ...known(event, now), reason, severity, alertCount: 1, trigger: 'USER_INITIATED' as const };
        return open(row, 'alerted');
      }
      const update = { ...known(event, now, current), reason, alertCount: current.alertCount + 1, visitorLeftAt: null };
      return raise(current, severity, update, 'alerted');
    }
    case 'wrote':
      if (!current) return open({ ...known(event, now), severity: change.severity, trigger: change.trigger }, 'wrote');
      if (current.status !== 'closed') {
        const update = isOvertaken(current, event, when) ? missing(current, event.details) : known(event, now, current);
        const visitorLeftAt = leftSince(current, event);
        // Who is back waits anew.
        const missedAt = visitorLeftAt && current.missedAt;
        return raise(current, change.severity, { ...update, visitorLeftAt, missedAt }, 'wrote');
      }
      if (isOlderThanDesk(current, event)) return nothing('the conversation was resolved after this message');
      return reopen(current, { ...known(event, now, current), visitorLeftAt: null, missedAt: null }, 'wrote', now);
    case 'transcribed':
      return decideOnTranscription(current, event, change, when);
    case 'answered':
      if (!current || current.status === 'closed') return nothing('no open incidence');
      if (isOfEarlier(current, event, when)) return nothing('this answer is older than the incidence');
      if (current.firstHumanReplyAt) return nothing('already answered');
      return changeOf({ firstHumanReplyAt: event.at ?? now, assignee: change.by ?? current.assignee }, 'answered');
    case 'status':
      return decideOnStatus(current, event, change, when);
    case 'visitor-left':
      if (!current)
        return open({ ...known(event, now), severity: 'medium', visitorLeftAt: event.at ?? now }, 'visitor-left');
      if (isOlder(current, event, when)) return nothing('older than the last message');
      if (current.visitorLeftAt) return nothing('the visitor had already left');
      return changeOf({ ...details(event.details, current), visitorLeftAt: event.at ?? now }, 'visitor-left');
    case 'transcript':
      return decideOnTranscript(current, event, change.transcript, now);
  }
}

/**
 * The end of a chat. One that nobody answered is missed, which is high and said once, however many transcripts follow;
 * not where an agent began the chat or a person closed the incidence before.
 */
function decideOnTranscript(
  current: Incidence | undefined,
  event: SourceEvent,
  transcript: Transcript,
  now: Date,
): Decision {
  const visitorLeftAt = current?.visitorLeftAt ?? now;
  const isMissed = isUnanswered(transcript) && current?.trigger !== 'AGENT_INITIATED';
  if (!current) {
    const row = { ...known(event, now), visitorLeftAt };
    if (isMissed) return open({ ...row, severity: 'high', missedAt: now }, 'missed');
    return open({ ...row, severity: 'medium' }, 'transcript');
  }
  const missedAt = isMissed ? (current.missedAt ?? now) : null;
  const update = { ...details(event.details, current), visitorLeftAt, missedAt };
  if (!isMissed || current.missedAt) return changeOf(update, 'transcript');
  if (current.status === 'closed') return changeOf(update, 'missed');
  return { ...raise(current, 'high', update, 'missed'), notice: 'missed' };
}

/** Transcription of a known message: never reopens an incidence closed after it and does not change `happenedAt`. */
function decideOnTranscription(
  current: Incidence | undefined,
  event: SourceEvent,
  { severity }: Extract<SourceEvent['change'], { kind: 'transcribed' }>,
  when: When,
): Decision {
  const { now } = when;
  if (!current) return open({ ...known(event, now), severity, trigger: 'USER_INITIATED' }, 'wrote');
  if (current.status === 'closed') {
    const isUnseen = event.at !== undefined && current.closedAt !== null && event.at > current.closedAt;
    if (!isUnseen || isOlderThanDesk(current, event)) return nothing('closed since this message');
    return reopen(current, { ...known(event, now, current), severity, visitorLeftAt: null }, 'wrote', now);
  }
  const update = isOvertaken(current, event, when) ? missing(current, event.details) : details(event.details, current);
  const raised = raise(current, severity, update, 'wrote');
  return shows(current, raised.change) ? raised : nothing('already known');
}

function decideOnStatus(
  current: Incidence | undefined,
  event: SourceEvent,
  change: Extract<SourceEvent['change'], { kind: 'status' }>,
  when: When,
): Decision {
  const { now } = when;
  const desk = { deskStatus: change.status, deskVersion: event.version ?? current?.deskVersion ?? null };
  if (current && isOlderThanDesk(current, event)) return nothing('older than the known state');
  if (!current) {
    if (change.status !== 'open') return nothing(`unknown conversation, ${change.status} in Chatwoot`);
    if (!change.needsPerson) return nothing('unknown conversation, and no customer is waiting');
    const row = {
      ...known(event, now),
      ...desk,
      severity: change.severity ?? 'medium',
      trigger: 'USER_INITIATED' as const,
    };
    return open(row, 'status');
  }

  const update = { ...details(event.details, current), ...desk };
  if (current.status === 'closed') {
    const isOpenAgain = change.status === 'open' && current.deskStatus !== null && current.deskStatus !== 'open';
    return isOpenAgain ? reopen(current, update, 'status', now) : { ...changeOf(desk, 'status'), quiet: true };
  }
  if (change.status === 'resolved') {
    if (isOfEarlier(current, event, when)) return nothing('resolved before this incidence opened');
    return changeOf({ ...update, status: 'closed', closedAt: now, closedBy: null, outcome: 'resolved' }, 'resolved');
  }
  const raised = raise(current, change.severity ?? current.severity, update, 'status');
  return shows(current, raised.change) ? raised : { ...raised, quiet: true };
}

/** What an event in which the customer speaks adds to the incidence. */
function known(event: SourceEvent, now: Date, current?: Incidence): IncidenceChange {
  return { ...details(event.details, current), happenedAt: event.at ?? now };
}

/** Fields the source leaves out stay; fields it sends empty are removed. */
function details(given: Details, current?: Incidence): IncidenceChange {
  const { additionalInfo, ...rest } = given;
  if (!additionalInfo || Object.keys(additionalInfo).length === 0) return rest;
  return { ...rest, additionalInfo: withoutEmpty({ ...current?.additionalInfo, ...additionalInfo }) };
}

function withoutEmpty(info: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(info).filter(([, value]) => value !== ''));
}

/** Of a late event only the fields that are not known yet. */
function missing(current: Incidence, given: Details): IncidenceChange {
  const { additionalInfo, ...rest } = given;
  const unknown = detailKeys.filter((key) => current[key] === null && rest[key] !== undefined);
  return {
    ...Object.fromEntries(unknown.map((key) => [key, rest[key]])),
    additionalInfo: withoutEmpty({ ...additionalInfo, ...current.additionalInfo }),
  };
}

const detailKeys = [
  'title',
  'customerName',
  'customerEmail',
  'customerPhone',
  'message',
  'url',
  'stage',
  'appScreen',
  'cartValue',
  'eventType',
  'frictionScore',
  'place',
  'property',
  'page',
  'assignee',
] as const satisfies readonly Exclude<keyof Details, 'additionalInfo'>[];

function open(row: Opening, action: string): Decision {
  return { kind: 'open', row, action };
}

function raise(current: Incidence, severity: Severity, change: IncidenceChange, action: string): Change {
  const raised = worse(current.severity, severity);
  const decision = changeOf({ ...change, severity: raised }, action);
  return raised === current.severity ? decision : { ...decision, notice: 'severity-rose' };
}

function reopen(current: Incidence, change: IncidenceChange, action: string, now: Date): Decision {
  const severity = worse(current.severity, change.severity ?? current.severity);
  return { kind: 'change', change: { ...change, ...reopened(now), severity }, action, notice: 'reopened' };
}

type Change = Extract<Decision, { kind: 'change' }>;

function changeOf(change: IncidenceChange, action: string): Change {
  return { kind: 'change', change, action };
}

function nothing(reason: string): Decision {
  return { kind: 'nothing', reason };
}

/** Whether a card would look different; the desk's version number alone is not shown. */
function shows(current: Incidence, change: IncidenceChange): boolean {
  const { deskVersion: _, ...shown } = change;
  const before: Readonly<Record<string, unknown>> = { ...current };
  return Object.entries(shown).some(([key, value]) => !isDeepStrictEqual(before[key] ?? null, value ?? null));
}
