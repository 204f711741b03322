import * as lostLaneStore from '../../chats/lost-lane-store.ts';
import * as noteStore from '../../chats/note-store.ts';
import type { Sender } from '../../delivery/lane-worker.ts';
import * as failureStore from '../../delivery/failure-store.ts';
import * as inboundStore from '../../inbound/inbound-store.ts';
import { z } from 'zod';
import { clip } from '../../transcripts/clip.ts';
import { obsolete } from '../send-and-classify.ts';
import {
  deadNote,
  driftNote,
  inboxNote,
  lostNote,
  reconciledNote,
  refusedNote,
  webhookLostNote,
} from '../views/notes.ts';
import { placePayload, type SenderDeps, sendText } from './deliver.ts';

const unrecognizedPayload = placePayload.extend({ source: z.string(), reason: z.string(), eventId: z.number() });
const deadPayload = placePayload.extend({ reason: z.string() });
const refusedPayload = placePayload.extend({
  address: z.string(),
  code: z.string(),
  advice: z.string(),
  count: z.number(),
});
const lostPayload = deadPayload.extend({ lane: z.string() });
const topicPayload = deadPayload.extend({ title: z.string() });
const inboxPayload = placePayload.extend({ name: z.string() });
const count = z.number().default(0);
const reconciledPayload = placePayload.extend({
  conversations: count,
  chats: count,
  tickets: count,
  where: z.string().optional(),
  since: z.iso.datetime(),
});
const webhookPayload = placePayload.extend({ reason: z.string(), advice: z.string() });
const inboxKinds = ['inbox_lost_note', 'inbox_back_note'];
const dayMs = 86_400_000;

/** Notices to admins, each at most once a day or once per loss. */
export function noteSenders(deps: SenderDeps): Record<string, Sender> {
  const { db, locale } = deps;
  const inboxSender =
    (state: 'lost' | 'back'): Sender =>
    async (delivery) => {
      const { name, ...place } = inboxPayload.parse(delivery.payload);
      if (await noteStore.isLastSent(db, delivery, inboxKinds)) return obsolete('the admins know already');
      return sendText(deps, delivery, place, inboxNote(state, name, locale.texts));
    };
  return {
    inbox_lost_note: inboxSender('lost'),
    inbox_back_note: inboxSender('back'),

    reconciled_note: async (delivery, now) => {
      const { chatId, threadId, since, ...told } = reconciledPayload.parse(delivery.payload);
      const text = reconciledNote({ ...told, since: new Date(since) }, now, locale);
      return sendText(deps, delivery, { chatId, threadId }, text);
    },

    webhook_lost_note: async (delivery, now) => {
      const { reason, advice, ...place } = webhookPayload.parse(delivery.payload);
      const dayAgo = new Date(now.getTime() - dayMs);
      if (await noteStore.wasSentSince(db, delivery, dayAgo)) return obsolete('sent within the last day');
      return sendText(deps, delivery, place, webhookLostNote(reason, advice, locale.texts));
    },

    webhook_back_note: async (delivery) => {
      const place = placePayload.parse(delivery.payload);
      return sendText(deps, delivery, place, locale.texts.notes.webhookBack);
    },

    drift_note: async (delivery, now) => {
      const { source, reason, eventId, ...place } = unrecognizedPayload.parse(delivery.payload);
      const dayAgo = new Date(now.getTime() - dayMs);
      if (await noteStore.wasSentSince(db, delivery, dayAgo)) return obsolete('sent within the last day');
      const count = await inboundStore.countDrift(db, source, reason, dayAgo);
      return sendText(deps, delivery, place, driftNote({ source, reason, eventId, count }, locale.texts));
    },

    dead_note: async (delivery, now) => {
      const { reason, ...place } = deadPayload.parse(delivery.payload);
      const dayAgo = new Date(now.getTime() - dayMs);
      if (await noteStore.wasSentSince(db, delivery, dayAgo)) return obsolete('sent within the last day');
      return sendText(deps, delivery, place, deadNote(reason, await failureStore.countDead(db), locale.texts));
    },

    refused_note: async (delivery, now) => {
      const { chatId, threadId, ...refused } = refusedPayload.parse(delivery.payload);
      const dayAgo = new Date(now.getTime() - dayMs);
      if (await noteStore.wasSentSince(db, delivery, dayAgo)) return obsolete('sent within the last day');
      return sendText(deps, delivery, { chatId, threadId }, refusedNote(refused, locale.texts));
    },

    link_note: async (delivery) =>
      sendText(deps, delivery, placePayload.parse(delivery.payload), locale.texts.links.revoked),

    topic_lost_note: async (delivery) => {
      const { reason, title, ...place } = topicPayload.parse(delivery.payload);
      return sendText(deps, delivery, place, locale.texts.routes.topicLost(title, clip(reason, 200)));
    },

    lost_note: async (delivery) => {
      const { lane, reason, ...place } = lostPayload.parse(delivery.payload);
      const loss = await lostLaneStore.findLoss(db, lane);
      if (!loss) return obsolete('the chat can be reached again');
      if (await noteStore.wasSentSince(db, delivery, loss.since)) return obsolete('sent already');
      return sendText(deps, delivery, place, lostNote(lane, reason, locale.texts));
    },
  };
}
