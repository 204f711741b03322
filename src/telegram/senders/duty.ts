import { z } from 'zod';
import * as noteStore from '../../chats/note-store.ts';
import type { Sender } from '../../delivery/lane-worker.ts';
import * as dutyStore from '../../duty/duty-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import * as handoverStore from '../../shifts/handover-store.ts';
import { textOptions } from '../message-options.ts';
import { obsolete, sendAndClassify } from '../send-and-classify.ts';
import { handoverCard } from '../views/duty.ts';
import { shownBrief } from '../views/shown-incidence.ts';
import { placePayload, type SenderDeps, sendText } from './deliver.ts';

const handoverPayload = z.object({ handoverId: z.number() });
const endedPayload = placePayload.extend({ name: z.string() });
const mostHeld = 200;

/** The hand-over card, and notices about who is on duty. */
export function dutySenders(deps: SenderDeps): Record<string, Sender> {
  const { api, db, locale, isTeamChat } = deps;
  const { texts } = locale;
  return {
    duty_ended_note: (delivery) => {
      const { name, ...place } = endedPayload.parse(delivery.payload);
      return sendText(deps, delivery, place, texts.duty.ended(name));
    },

    no_duty_note: async (delivery, now) => {
      const since = await dutyStore.findNobodySince(db, now);
      if (!since) return obsolete('somebody is on duty');
      if (await noteStore.wasSentSince(db, delivery, since)) return obsolete('sent already');
      return sendText(deps, delivery, placePayload.parse(delivery.payload), texts.duty.nobodyForCritical);
    },

    handover_card: async (delivery, now) => {
      const handover = await handoverStore.findById(db, handoverPayload.parse(delivery.payload).handoverId);
      if (!handover) return obsolete('the hand-over is gone');
      const held = (await incidenceViewStore.findAllOpen(db, { acknowledgedBy: handover.personId }, mostHeld)).filter(
        ({ id }) => handover.incidenceIds.includes(id),
      );
      const { all: waiting } = await incidenceViewStore.countOpen(db, { unacknowledged: true });
      const { text, keyboard } = handoverCard(
        handover,
        held.map((one) => shownBrief(one, locale.cards())),
        waiting,
        now,
        texts,
      );
      const options = { reply_markup: keyboard };
      const { messageId } = handover;
      if (messageId === null) {
        const attempt = await sendText(deps, delivery, handover, text, options);
        if (attempt.outcome !== 'sent') return attempt;
        return { ...attempt, alsoRecord: handoverStore.recordMessage(handover.id, attempt.messageId) };
      }
      return sendAndClassify(
        async () => {
          await api.editMessageText(handover.chatId, messageId, ...textOptions(text, options, delivery.plain));
          return { outcome: 'sent', messageId };
        },
        { isTeamChat: isTeamChat(handover), whenGone: () => obsolete('the hand-over card is gone') },
      );
    },
  };
}
