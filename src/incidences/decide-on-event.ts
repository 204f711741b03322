import { isDeepStrictEqual } from 'node:util';
import { details, known } from './absorb.ts';
import { isOfEarlier, isOlder, isOlderThanDesk, isOlderThanImport, isOwnDoing, leftSince } from './event-order.ts';
import { type Incidence, type IncidenceChange, reopened } from './incidence.ts';
import { withAnswer, withoutMessage, withQuestion } from './waiting.ts';
import { type Severity, worse } from '../sources/severity.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import { isUnanswered } from '../transcripts/summary.ts';
import type { Transcript } from '../transcripts/transcript.ts';

/** A change that needs a message of its own: an edited card notifies nobody. */
export type Notice = 'severity-rose' | 'reopened' | 'missed' | 'handed-over' | 'send-failed';

/** What becomes of a reply, in order. A late receipt takes nothing back. */
const receipts = ['sending', 'sent', 'delivered', 'read', 'failed'] as const;

export type Opening = Omit<IncidenceChange, 'severity'> & { severity: Severity };

export type Decision =
  /** `quiet`: to be stored, but no card shows it. `unrecorded`: nor is it worth a line of the history. */
  | Readonly<{ kind: 'open'; row: Opening; action: string; quiet?: true }>
  | Readonly<{
      kind: 'change';
      change: IncidenceChange;
      action: string;
      notice?: Notice;
      quiet?: true;
      unrecorded?: true;
    }>
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
    case 'wrote': {
      const { importedAt } = change;
      const imported = importedAt && { importedAt: current?.importedAt ?? importedAt };
      const update = { ...known(event, when, current), ...withQuestion(current, event), ...imported };
      const isAgents = change.trigger === 'AGENT_INITIATED';
      if (!current) {
        const row = { ...update, severity: change.severity, trigger: change.trigger };
        return isAgents
          ? { kind: 'open', row: { ...row, ...handled(now) }, action: 'agent-began', quiet: true }
          : open(row, 'wrote');
      }
      if (isAgents && current.status === 'closed') return nothing('an agent wrote first again');
      if (current.status !== 'closed') {
        const visitorLeftAt = leftSince(current, event);
        // Who is back waits anew.
        const missedAt = visitorLeftAt && current.missedAt;
        return raise(current, change.severity, { ...update, visitorLeftAt, missedAt }, 'wrote');
      }
      if (importedAt) return nothing('known already');
      if (isOlderThanImport(current, event)) return nothing('this message was imported before its webhook came');
      // Whoever closed it here had not seen a message that comes only now.
      if (current.closedBy === null && isOlderThanDesk(current, event))
        return quietly(current, update, change.severity, 'wrote', 'the conversation was resolved after this message');
      // What the desk's state was when it was resolved is no longer so; its next event says what it is.
      const again = { ...update, visitorLeftAt: null, missedAt: null, deskStatus: null };
      return reopen(current, { ...again, severity: change.severity, trigger: change.trigger }, 'wrote', now);
    }
    case 'transcribed':
      return decideOnTranscription(current, event, change, when);
    case 'rated': {
      const { severity, rating, status } = change;
      const row = { ...known(event, when, current), reason: `LOW_RATING_${rating}_OF_5`, severity };
      const isNewer = !current || !isOlderThanDesk(current, event);
      const desk = status && isNewer ? { deskStatus: status, deskVersion: event.version ?? null } : {};
      if (!current) return open({ ...row, ...desk, alertCount: 1, trigger: 'USER_INITIATED' }, 'rated');
      const update = { ...row, ...desk, alertCount: current.alertCount + 1, visitorLeftAt: null };
      return current.status === 'closed'
        ? reopen(current, update, 'rated', now)
        : raise(current, severity, update, 'rated');
    }
    case 'send-failed': {
      if (!current) return nothing('no incidence of this conversation');
      const at = event.at ?? now;
      if (current.lastAnswerAt && at < current.lastAnswerAt) return nothing('answered again since');
      if (current.failedReplyAt && at < current.failedReplyAt) return nothing('a newer message failed as well');
      const isOurs = change.nonce !== undefined && change.nonce === current.replyNonce;
      const update = {
        failedReply: change.reason,
        failedReplyAt: at,
        ...(isOurs && { replyStatus: 'failed' as const }),
      };
      return { ...changeOf(update, 'send-failed'), notice: 'send-failed' };
    }
    case 'receipt': {
      if (!current || current.replyNonce !== change.nonce) return nothing('not the newest reply from Telegram');
      const isNews = receipts.indexOf(change.status) > receipts.indexOf(current.replyStatus ?? 'sending');
      return isNews && current.replyStatus !== 'failed'
        ? changeOf({ replyStatus: change.status }, 'receipt')
        : nothing('known already');
    }
    case 'deleted': {
      const ref = event.message?.ref;
      if (!current || ref === undefined) return nothing('no incidence of this conversation');
      const update = { ...(current.messageRef === ref && { message: null }), ...withoutMessage(current, ref) };
      return shows(current, update) ? changeOf(update, 'deleted') : nothing('the deleted message is not shown');
    }
    case 'answered':
      return decideOnAnswer(current, event, change, when);
    case 'status':
      return decideOnStatus(current, event, change, when);
    case 'visitor-left':
      if (!current)
        return open({ ...known(event, when), severity: 'medium', visitorLeftAt: event.at ?? now }, 'visitor-left');
      if (isOlder(current, event, when)) return nothing('older than the last message');
      if (current.visitorLeftAt) return nothing('the visitor had already left');
      return changeOf({ ...details(event, when, current), visitorLeftAt: event.at ?? now }, 'visitor-left');
    case 'transcript':
      return decideOnTranscript(current, event, change.transcript, when);
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
  when: When,
): Decision {
  const { now } = when;
  const visitorLeftAt = current?.visitorLeftAt ?? now;
  const isMissed = isUnanswered(transcript) && current?.trigger !== 'AGENT_INITIATED';
  if (!current) {
    const row = { ...known(event, when), visitorLeftAt };
    if (isMissed) return open({ ...row, severity: 'high', missedAt: now }, 'missed');
    return open({ ...row, severity: 'medium' }, 'transcript');
  }
  const missedAt = isMissed ? (current.missedAt ?? now) : null;
  const update = { ...details(event, when, current), visitorLeftAt, missedAt };
  if (!isMissed || current.missedAt) return changeOf(update, 'transcript');
  if (current.status === 'closed') return changeOf(update, 'missed');
  return { ...raise(current, 'high', update, 'missed'), notice: 'missed' };
}

/** Every answer says that the customer waits no longer; the first one counts for the statistics. */
function decideOnAnswer(
  current: Incidence | undefined,
  event: SourceEvent,
  { by }: Extract<SourceEvent['change'], { kind: 'answered' }>,
  when: When,
): Decision {
  if (!current) return nothing('no open incidence');
  if (isOfEarlier(current, event, when)) return nothing('this answer is older than the incidence');
  const at = event.at ?? when.now;
  const { firstHumanReplyAt, closedAt } = current;
  const isFirst = firstHumanReplyAt === null || at < firstHumanReplyAt;
  const wasOpen = current.status !== 'closed' || (closedAt !== null && at <= closedAt);
  const update = {
    ...details(event, when, current),
    ...((event.details.assignee ?? null) === null && isFirst && by !== undefined && { assignee: by }),
    ...withAnswer(current, at),
    ...(isFirst && wasOpen && { firstHumanReplyAt: at }),
    ...(current.failedReplyAt && at > current.failedReplyAt && { failedReply: null, failedReplyAt: null }),
  };
  if (current.status === 'closed') return quietly(current, update, current.severity, 'answered', 'no open incidence');
  return shows(current, update)
    ? changeOf(update, 'answered')
    : quietly(current, update, current.severity, 'answered', 'already answered');
}

/** Transcription of a known message: never reopens an incidence closed after it and does not change `happenedAt`. */
function decideOnTranscription(
  current: Incidence | undefined,
  event: SourceEvent,
  { severity }: Extract<SourceEvent['change'], { kind: 'transcribed' }>,
  when: When,
): Decision {
  const { now } = when;
  if (!current) return open({ ...known(event, when), severity, trigger: 'USER_INITIATED' }, 'wrote');
  if (current.status === 'closed') {
    const isUnseen = event.at !== undefined && current.closedAt !== null && event.at > current.closedAt;
    if (!isUnseen || isOlderThanDesk(current, event)) return nothing('closed since this message');
    return reopen(current, { ...known(event, when, current), severity, visitorLeftAt: null }, 'wrote', now);
  }
  const raised = raise(current, severity, details(event, when, current), 'wrote');
  return shows(current, raised.change) ? raised : nothing('already known');
}

function decideOnStatus(
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
    const desk = { deskStatus: change.status, deskVersion: event.version ?? null, ...sla };
    return open({ ...known(event, when), ...desk, happenedAt, severity, trigger: 'USER_INITIATED' }, 'status');
  }

  const ended = change.status === 'resolved' && event.at ? withAnswer(current, event.at) : {};
  const told = { ...details(event, when, current), ...ended };
  if (isOlderThanDesk(current, event)) return late(current, told, severity);
  const desk = { deskStatus: change.status, deskVersion: event.version ?? current.deskVersion ?? null };
  const update = { ...told, ...desk, ...sla };
  if (isOwnDoing(current, change.status, event)) return { ...changeOf(update, 'status'), quiet: true };
  if (current.status === 'closed') {
    const isOpenAgain = change.status === 'open' && current.deskStatus !== null && current.deskStatus !== 'open';
    if (isOpenAgain) return reopen(current, { ...update, severity }, 'status', now);
    return { ...changeOf({ ...update, severity: worse(current.severity, severity) }, 'status'), quiet: true };
  }
  // It was resolved before something else opened the incidence, such as a bad rating: that is no news.
  if (change.status === 'resolved' && current.deskStatus !== 'resolved') {
    if (isOfEarlier(current, event, when)) return nothing('resolved before this incidence opened');
    const closed = { status: 'closed', closedAt: now, closedBy: null, outcome: 'resolved' } as const;
    return changeOf({ ...update, ...closed, severity: worse(current.severity, severity) }, 'resolved');
  }
  const raised = raise(current, severity, update, 'status');
  const isHandedOver = current.deskStatus === 'pending' && change.status === 'open';
  if (isHandedOver) return { notice: 'handed-over', ...raised };
  return shows(current, raised.change) ? raised : { ...raised, quiet: true };
}

/** The desk has moved on since: the event changes no state, but what it knows and how bad it was count. */
function late(current: Incidence, update: IncidenceChange, severity: Severity): Decision {
  const reason = 'older than the known state';
  if (current.status === 'closed') return quietly(current, update, severity, 'status', reason);
  const raised = raise(current, severity, update, 'status');
  return shows(current, raised.change) ? raised : quietly(current, update, severity, 'status', reason);
}

/** Stores what no card shows, if there is anything to store. */
function quietly(
  current: Incidence,
  update: IncidenceChange,
  severity: Severity,
  action: string,
  reason: string,
): Decision {
  const change = { ...update, severity: worse(current.severity, severity) };
  if (!differs(current, change)) return nothing(reason);
  const isUnseen = !shows(current, change);
  return { ...changeOf(change, action), quiet: true, ...(isUnseen && { unrecorded: true }) };
}

/** An agent who begins a chat sees to it: it is kept for its transcript, and alerts nobody. */
function handled(now: Date): IncidenceChange {
  return { status: 'closed', closedAt: now, outcome: 'no_reply_needed' };
}

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

/** Whether a card would look different: versions and the times of messages are not shown. */
function shows(current: Incidence, change: IncidenceChange): boolean {
  const {
    deskVersion: _,
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
