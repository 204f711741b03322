import { details } from './absorb.ts';
import { changeOf, type Decision, nothing, quietly, shows, type When } from './decision.ts';
import { isOfEarlier } from './event-order.ts';
import type { Incidence } from './incidence.ts';
import { withAnswer } from './waiting.ts';
import type { SourceEvent } from '../sources/source-event.ts';

/** Every answer says that the customer waits no longer; the first one counts for the statistics. */
export function decideOnAnswer(
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

/** The newest answer did not reach the customer. */
export function decideOnFailure(
  current: Incidence | undefined,
  event: SourceEvent,
  change: Extract<SourceEvent['change'], { kind: 'send-failed' }>,
  when: When,
): Decision {
  const { now } = when;
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

/** What becomes of a reply, in order. A late receipt takes nothing back. */
const receipts = ['sending', 'unknown', 'sent', 'delivered', 'read', 'failed'] as const;

export function decideOnReceipt(
  current: Incidence | undefined,
  change: Extract<SourceEvent['change'], { kind: 'receipt' }>,
): Decision {
  if (!current || current.replyNonce !== change.nonce) return nothing('not the newest reply from Telegram');
  const isNews = receipts.indexOf(change.status) > receipts.indexOf(current.replyStatus ?? 'sending');
  return isNews && current.replyStatus !== 'failed'
    ? changeOf({ replyStatus: change.status }, 'receipt')
    : nothing('known already');
}
