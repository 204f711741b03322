import type { AlsoRecord, Attempt } from '../delivery/delivery.ts';
import { classify } from './telegram-error.ts';

/** What a call to Telegram stands on, for the refusals that are about it. */
export type Standing = Readonly<{
  /** In the team's own chat and topic: when that takes nothing any more, the chat is lost. */
  isHome: boolean;
  /** It is about a message: what is recorded when the message shows this already, and what is left to do when it, or its topic, is no more. */
  alsoRecord?: AlsoRecord;
  whenGone?: (reason: string) => Attempt | Promise<Attempt>;
  /** The chat forbids this kind of content: another way to say it. */
  whenForbidden?: () => Promise<Attempt>;
}>;

/** Makes one call; whatever Telegram says to it comes back in our words. */
export async function outcomeOf(call: () => Promise<Attempt>, standing: Standing): Promise<Attempt> {
  const { isHome, alsoRecord, whenGone, whenForbidden } = standing;
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
        if (isHome) return { outcome: 'lane-lost', reason: failure.reason };
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
