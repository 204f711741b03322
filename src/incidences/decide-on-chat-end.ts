import { details, known } from './absorb.ts';
import { changeOf, type Decision, nothing, open, raise, type When } from './decision.ts';
import { isOlder } from './event-order.ts';
import type { Incidence } from './incidence.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import { firstAnswerAt, isUnanswered } from '../transcripts/summary.ts';
import type { Transcript } from '../transcripts/transcript.ts';

/** The visitor's chat ended by inactivity. */
export function decideOnLeaving(current: Incidence | undefined, event: SourceEvent, when: When): Decision {
  const { now } = when;
  if (!current)
    return open({ ...known(event, when), severity: 'medium', visitorLeftAt: event.at ?? now }, 'visitor-left');
  if (isOlder(current, event, when)) return nothing('older than the last message');
  if (current.visitorLeftAt) return nothing('the visitor had already left');
  return changeOf({ ...details(event, when, current), visitorLeftAt: event.at ?? now }, 'visitor-left');
}

/**
 * The end of a chat. One that nobody answered is missed, which is high and said once, however many transcripts follow;
 * not where an agent began the chat or a person closed the incidence before.
 */
export function decideOnTranscript(
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
  // No webhook tells of an agent's message in a chat: its transcript does.
  const firstHumanReplyAt = current.firstHumanReplyAt ?? answerSince(current, transcript);
  const update = { ...details(event, when, current), visitorLeftAt, missedAt, firstHumanReplyAt };
  if (!isMissed || current.missedAt) return changeOf(update, 'transcript');
  if (current.status === 'closed') return changeOf(update, 'missed');
  return { ...raise(current, 'high', update, 'missed'), notice: 'missed' };
}

/** Null for one of before it was opened: that was another incidence's. */
function answerSince({ openedAt }: Incidence, transcript: Transcript): Date | null {
  const at = firstAnswerAt(transcript);
  return at && at >= openedAt ? at : null;
}
