import type { AlsoRecord, Attempt } from '../delivery/delivery.ts';
import { classify } from './telegram-error.ts';

/** What a refusal of a call means depends on this. */
export type SendContext = Readonly<{
  /** Sent to the team chat and topic: when that accepts no more messages, the chat is lost. */
  isTeamChat: boolean;
  /** Recorded when the message looks like that already. */
  alsoRecord?: AlsoRecord;
  /** What to do when the message, or its topic, no longer exists. */
  whenGone?: (reason: string) => Attempt | Promise<Attempt>;
  /** What to send instead where the chat forbids this kind of content. */
  whenForbidden?: () => Promise<Attempt>;
}>;

/** Makes one call and classifies what Telegram answers. */
export async function sendAndClassify(call: () => Promise<Attempt>, context: SendContext): Promise<Attempt> {
  const { isTeamChat, alsoRecord, whenGone, whenForbidden } = context;
  try {
    return await call();
  } catch (error) {
    const failure = classify(error);
    switch (failure.outcome) {
      case 'not-modified':
        return { outcome: 'sent', messageId: null, ...(alsoRecord ? { alsoRecord } : {}) };
      case 'edit-target-gone':
        return whenGone ? whenGone(failure.reason) : rejected(failure.reason);
      case 'topic-lost':
        if (isTeamChat) return { outcome: 'lane-lost', reason: failure.reason };
        return whenGone ? whenGone(failure.reason) : obsolete(failure.reason);
      case 'content-forbidden':
        return whenForbidden ? whenForbidden() : rejected(failure.reason);
      case 'retry-after':
      case 'unreachable':
      case 'connection-lost':
      case 'timed-out':
      case 'temporary':
      case 'rejected':
      case 'lane-lost':
        return failure;
    }
  }
}

export function obsolete(reason: string): Extract<Attempt, { outcome: 'obsolete' }> {
  return { outcome: 'obsolete', reason };
}

function rejected(reason: string): Attempt {
  return { outcome: 'rejected', reason };
}
