import type { Sender } from '../../delivery/lane-worker.ts';
import { mentioned } from '../../duty/mentioned.ts';
import * as teamStore from '../../duty/team-store.ts';
import { widest } from '../../escalation/policy.ts';
import * as reminderStore from '../../reminders/reminder-store.ts';
import { isStillTrue } from '../../reminders/still-true.ts';
import type { ChatPlace } from '../../routes/lane.ts';
import { replyOptions } from '../message-options.ts';
import { obsolete } from '../send-and-classify.ts';
import { reminderMessage } from '../views/reminder.ts';
import { shownBrief } from '../views/shown-incidence.ts';
import { placePayload, type SenderDeps, sendText } from './deliver.ts';

/** In one place and a minute. What is due beyond them waits for its turn, and is one message then. */
const mostAMinute = 3;
const minuteMs = 60_000;

/** All reminders that wait in a place, as one message; what is no longer true is left out. */
export function reminderSenders(deps: SenderDeps): Record<string, Sender> {
  const { db, locale, team } = deps;
  return {
    reminder: async (delivery, now) => {
      const place = placePayload.parse(delivery.payload);
      const waiting = await reminderStore.findWaiting(db, place);
      const due = latestOfEach(waiting.filter((one) => isStillTrue(one, one.incidence)));
      const ids = waiting.map(({ id }) => id);
      const settled = (messageId: number | null) => reminderStore.recordSettled(ids, messageId);
      if (due.length === 0) return { ...obsolete('nobody needs to be reminded any more'), alsoRecord: settled(null) };
      const until = await restUntil(place, now);
      if (until)
        return { outcome: 'too-early', until, reason: 'reminders came a moment ago: these are one message then' };

      const isPrivate = place.chatId > 0;
      const mentions = isPrivate ? [] : await whomToMention(due, now);
      const told = due.map((one) => ({ ...one, incidence: shownBrief(one.incidence, locale.cards()) }));
      const { text, keyboard } = reminderMessage(told, mentions, { isPrivate, now, texts: locale.texts });
      // The worst comes first, of those the oldest.
      const card = due.map((one) => one.card).find((one) => one !== null && isIn(place, one));
      const options = {
        ...(card ? replyOptions(card.messageId) : {}),
        ...(keyboard ? { reply_markup: keyboard } : {}),
      };
      const attempt = await sendText(deps, delivery, place, text, options);
      if (attempt.outcome === 'sent') return { ...attempt, alsoRecord: settled(attempt.messageId) };
      if (attempt.outcome !== 'lane-lost' || !isPrivate) return attempt;
      // In the group the same reminder mentions them.
      await deps.unreached({ telegramId: place.chatId });
      return { ...obsolete(attempt.reason), alsoRecord: settled(null) };
    },
  };

  /** Undefined: they may be sent now. */
  async function restUntil(place: ChatPlace, now: Date): Promise<Date | undefined> {
    const sent = await reminderStore.findSentSince(db, place, new Date(now.getTime() - minuteMs));
    const limiting = sent.at(-mostAMinute);
    return limiting && new Date(limiting.getTime() + minuteMs);
  }

  async function whomToMention(due: readonly reminderStore.Waiting[], now: Date) {
    const people = await teamStore.findAll(db, team(), now);
    const audiences = due.flatMap(({ whom }) => (whom === 'holder' ? [] : [whom]));
    const holders = due.flatMap(({ whom, holder }) => (whom === 'holder' && holder ? [holder] : []));
    const named = [...(audiences.length > 0 ? mentioned(widest(audiences), people) : []), ...holders];
    return [...new Map(named.map((person) => [person.telegramId, person])).values()];
  }
}

/** Steps of one incidence that wait together are one. */
function latestOfEach(due: readonly reminderStore.Waiting[]): reminderStore.Waiting[] {
  return [...new Map(due.map((one) => [one.incidenceId, one])).values()];
}

function isIn(place: ChatPlace, { chatId, threadId }: ChatPlace): boolean {
  return chatId === place.chatId && threadId === place.threadId;
}
