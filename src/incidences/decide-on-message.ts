import { details, known } from './absorb.ts';
import { changeOf, type Decision, nothing, open, quietly, raise, reopen, shows, type When } from './decision.ts';
import { isBeforeOurs, isOlderThanDesk, isOlderThanImport, leftSince } from './event-order.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';
import { withoutMessage, withQuestion } from './waiting.ts';
import type { SourceEvent } from '../sources/source-event.ts';

/** The customer, or an agent who begins a chat, wrote. */
export function decideOnMessage(
  current: Incidence | undefined,
  event: SourceEvent,
  change: Extract<SourceEvent['change'], { kind: 'wrote' }>,
  when: When,
): Decision {
  const { now } = when;
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
  const isUnseen = current.closedBy !== null && isBeforeOurs('resolved', current, event);
  const isResolvedSince =
    change.status === 'resolved' || (current.closedBy === null && isOlderThanDesk(current, event));
  if (isResolvedSince && !isUnseen)
    return quietly(current, update, change.severity, 'wrote', 'the conversation was resolved after this message');
  // What the desk's state was when it was resolved is no longer so; its next event says what it is. Where we resolved it, it
  // still is, and that is no news.
  const deskStatus = isUnseen ? ('resolved' as const) : null;
  const again = { ...update, visitorLeftAt: null, missedAt: null, deskStatus };
  const row = { ...again, severity: change.severity, trigger: change.trigger };
  return { ...reopen(current, row, 'wrote', now), ...(isUnseen && { writesBack: 'reopen' as const }) };
}

/** An agent who begins a chat sees to it: it is kept for its transcript, and alerts nobody. */
function handled(now: Date): IncidenceChange {
  return { status: 'closed', closedAt: now, outcome: 'no_reply_needed' };
}

/** Transcription of a known message: never reopens an incidence closed after it and does not change `happenedAt`. */
export function decideOnTranscription(
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

/** A message was deleted: it leaves the card. */
export function decideOnDeletion(current: Incidence | undefined, event: SourceEvent): Decision {
  const ref = event.message?.ref;
  if (!current || ref === undefined) return nothing('no incidence of this conversation');
  const update = { ...(current.messageRef === ref && { message: null }), ...withoutMessage(current, ref) };
  return shows(current, update) ? changeOf(update, 'deleted') : nothing('the deleted message is not shown');
}
