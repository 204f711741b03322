import { z } from 'zod';
import * as noteStore from '../../chats/note-store.ts';
import type { Sender } from '../../delivery/lane-worker.ts';
import * as dutyStore from '../../duty/duty-store.ts';
import * as teamStore from '../../duty/team-store.ts';
import * as personStore from '../../people/person-store.ts';
import * as handoverStore from '../../shifts/handover-store.ts';
import { handoverScreen } from '../handover-screen.ts';
import { chatOptions, replyOptions, textOptions } from '../message-options.ts';
import { obsolete, sendAndClassify } from '../send-and-classify.ts';
import { unreachedNote } from '../views/duty.ts';
import { blocks, isolated } from '../views/html.ts';
import { placePayload, type SenderDeps, sendText } from './deliver.ts';

const handoverPayload = z.object({ handoverId: z.number() });
const endedPayload = placePayload.extend({ name: z.string() });
const copyPayload = placePayload.extend(handoverPayload.shape);
const unreachedPayload = placePayload.extend({
  telegramId: z.number(),
  handoverId: z.number().nullable(),
  isFirst: z.boolean(),
});

/** The hand-over card, and notices about who is on duty. */
export function dutySenders(deps: SenderDeps): Record<string, Sender> {
  const { api, db, locale, isTeamChat } = deps;
  const { texts } = locale;
  return {
    duty_ended_note: (delivery) => {
      const { name, ...place } = endedPayload.parse(delivery.payload);
      return sendText(deps, delivery, place, texts.duty.ended(isolated(name)));
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
      const { text, keyboard } = await handoverScreen(deps, handover, now);
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

    handover_copy: async (delivery, now) => {
      const { handoverId, ...place } = copyPayload.parse(delivery.payload);
      const telegramId = place.chatId;
      const handover = await handoverStore.findById(db, handoverId);
      const people = await teamStore.findAll(db, deps.team(), now);
      const reader = people.find((one) => one.telegramId === telegramId);
      if (!reader || !handover || handover.takenAt) return obsolete('nobody needs to be told any more');
      const { text, keyboard } = await handoverScreen(deps, handover, now);
      const attempt = reader.mayActInPrivate
        ? await sendText(deps, delivery, place, text, { reply_markup: keyboard })
        : await sendText(deps, delivery, place, blocks([text, texts.duty.takeInTeamChat]));
      if (attempt.outcome !== 'lane-lost') return attempt;
      await deps.unreached({ telegramId, handoverId });
      return obsolete(attempt.reason);
    },

    unreached_note: async (delivery) => {
      const { telegramId, handoverId, isFirst, ...place } = unreachedPayload.parse(delivery.payload);
      const person = await personStore.findByTelegramId(db, telegramId);
      const who = person && (await personStore.findMention(db, person.id));
      const handover = handoverId === null ? undefined : await handoverStore.findById(db, handoverId);
      const waiting = handover?.takenAt ? undefined : handover;
      if (!who || (!waiting && !isFirst)) return obsolete('nobody needs to be told any more');
      const card = waiting?.chatId === place.chatId ? waiting.messageId : null;
      return sendAndClassify(
        async () => {
          const username = isFirst ? (await api.getMe()).username : undefined;
          const { text, keyboard } = unreachedNote(who, { handsOver: waiting?.name, username }, texts);
          const { message_id: messageId } = await api.sendMessage(
            place.chatId,
            ...textOptions(
              text,
              { ...chatOptions(place), ...(card === null ? {} : replyOptions(card)), reply_markup: keyboard },
              delivery.plain,
            ),
          );
          return { outcome: 'sent', messageId };
        },
        { isTeamChat: isTeamChat(place) },
      );
    },
  };
}
