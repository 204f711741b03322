import type { Api } from 'grammy';
import { z } from 'zod';
import * as lostLaneStore from '../chats/lost-lane-store.ts';
import * as noteStore from '../chats/note-store.ts';
import type { Db } from '../database/connect.ts';
import * as cardStore from '../incidences/card-store.ts';
import type { Attempt, ChatPlace, Delivery } from '../delivery/delivery.ts';
import * as failureStore from '../failures/failure-store.ts';
import type { Sender } from '../delivery/dispatcher.ts';
import * as inboundStore from '../inbound/inbound-store.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import * as stormStore from '../storms/storm-store.ts';
import * as transcriptStore from '../transcripts/transcript-store.ts';
import {
  captionOptions,
  chatOptions,
  contentHash,
  freshCard,
  showCard,
  textOptions,
  transcriptDocument,
  withoutLinks,
} from './present.ts';
import { obsolete, outcomeOf } from './outcome-of.ts';
import type { Texts } from './texts/texts.ts';
import type { Html } from './views/html.ts';
import type { Locale } from './locale.ts';
import type { Screen } from './views/incidence-card.ts';
import { deadNote, driftNote, lostNote, refusedNote, reopenedNote, severityNote, testMessage } from './views/notes.ts';
import { stormCard } from './views/storm-card.ts';
import { withoutFile } from './views/transcript.ts';

const placePayload = z.object({ chatId: z.number(), threadId: z.number().nullable() });
/** `quiet`: it lay folded in a storm card, which rang already. */
const newCardPayload = placePayload.extend({ quiet: z.boolean().optional() });
const cardPayload = z.object({ cardId: z.number() });
const driftPayload = placePayload.extend({ source: z.string(), reason: z.string(), eventId: z.number() });

const deadPayload = placePayload.extend({ reason: z.string() });
const refusedPayload = placePayload.extend({
  address: z.string(),
  code: z.string(),
  advice: z.string(),
  count: z.number(),
});
const lostPayload = deadPayload.extend({ lane: z.string() });
const dayMs = 86_400_000;

/** How each kind of delivery is said in Telegram. Everything is read fresh: what is shown is the truth of this moment. */
export function createSenders(deps: {
  api: Api;
  db: Db;
  locale: Locale;
  /** Where the team is: the configured chats and topics. */
  isHome: (place: ChatPlace) => boolean;
}): (kind: string) => Sender | undefined {
  const { api, db, locale, isHome } = deps;

  const senders: Record<string, Sender> = {
    send_card: async (delivery, now) => {
      const { quiet = false, ...place } = newCardPayload.parse(delivery.payload);
      const found = await incidenceViewStore.findForPlace(db, delivery.incidenceId ?? 0, place);
      if (!found) return obsolete('the incidence is gone');
      // A wish that came while the card was on its way: the card is there now.
      const { incidence, standingCardId } = found;
      const standing = standingCardId === null ? undefined : await cardStore.findById(db, standingCardId);
      if (standing) return edit(delivery, standing, now);

      const lateSeconds = latenessOf(delivery, now);
      const screen = await showCard(db, incidence, { ...freshCard, lateSeconds }, locale, now);
      return outcomeOf(
        async () => {
          const options = {
            ...chatOptions(place),
            ...buttons(delivery, screen),
            disable_notification: incidence.severity === 'low' || (quiet && incidence.severity !== 'high'),
          };
          const { message_id: messageId } = await api.sendMessage(
            place.chatId,
            ...body(delivery, screen.text, options),
          );
          const { id: incidenceId, version } = incidence;
          const shown = { incidenceId, place, messageId, version, contentHash: contentHash(screen), lateSeconds };
          return { outcome: 'sent', messageId, alsoRecord: cardStore.recordShown(shown), coversNewer: true };
        },
        { isHome: isHome(place) },
      );
    },

    edit_card: async (delivery, now) => {
      const card = await cardStore.findById(db, cardPayload.parse(delivery.payload).cardId);
      if (!card || card.goneAt) return obsolete('the card is gone');
      return edit(delivery, card, now);
    },

    severity_note: (delivery) => replyToCard(delivery, severityNote),
    reopened_note: (delivery) => replyToCard(delivery, reopenedNote),

    transcript: async (delivery) => {
      const place = placePayload.parse(delivery.payload);
      const incidence = await viewOf(delivery);
      if (!incidence) return obsolete('the incidence is gone');
      const card = await cardStore.findInPlace(db, incidence.id, place);
      const messages = await transcriptStore.findAllMessages(db, incidence.id);
      const { file, caption } = transcriptDocument(incidence, messages, locale);
      const answering = card ? replyTo(card) : {};
      return outcomeOf(
        async () => {
          const { message_id: messageId } = await api.sendDocument(place.chatId, file, {
            ...chatOptions(place),
            ...answering,
            ...captionOptions(caption, delivery.plain),
            disable_notification: true,
            disable_content_type_detection: true,
          });
          return { outcome: 'sent', messageId };
        },
        {
          isHome: isHome(place),
          whenForbidden: () => say(delivery, place, withoutFile(caption, incidence.id, locale.texts), answering),
        },
      );
    },

    drift_note: async (delivery, now) => {
      const { source, reason, eventId, ...place } = driftPayload.parse(delivery.payload);
      const dayAgo = new Date(now.getTime() - dayMs);
      if (await noteStore.wasSentSince(db, delivery, dayAgo)) return obsolete('told within a day');
      const count = await inboundStore.countDrift(db, source, reason, dayAgo);
      return say(delivery, place, driftNote({ source, reason, eventId, count }, locale.texts));
    },

    dead_note: async (delivery, now) => {
      const place = placePayload.parse(delivery.payload);
      if (await noteStore.wasSentSince(db, delivery, new Date(now.getTime() - dayMs)))
        return obsolete('told within a day');
      const { reason } = deadPayload.parse(delivery.payload);
      return say(delivery, place, deadNote(reason, await failureStore.countDead(db), locale.texts));
    },

    refused_note: async (delivery, now) => {
      const { chatId, threadId, ...refused } = refusedPayload.parse(delivery.payload);
      if (await noteStore.wasSentSince(db, delivery, new Date(now.getTime() - dayMs)))
        return obsolete('told within a day');
      return say(delivery, { chatId, threadId }, refusedNote(refused, locale.texts));
    },

    lost_note: async (delivery) => {
      const { lane, reason, ...place } = lostPayload.parse(delivery.payload);
      const loss = await lostLaneStore.findLoss(db, lane);
      if (!loss) return obsolete('the chat is back');
      if (await noteStore.wasSentSince(db, delivery, loss.since)) return obsolete('told already');
      return say(delivery, place, lostNote(lane, reason, locale.texts));
    },

    storm_card: async (delivery) => {
      const storm = await stormStore.findById(db, z.object({ stormId: z.number() }).parse(delivery.payload).stormId);
      if (!storm) return obsolete('the storm is gone');
      if (storm.endedAt && storm.messageId === null) return obsolete('over before it was shown');
      const { text, keyboard } = stormCard(storm, await stormStore.summarize(db, storm.lane), locale.texts);
      const sendAnew = async () => {
        const attempt = await say(delivery, storm, text, { reply_markup: keyboard });
        if (attempt.outcome !== 'sent') return attempt;
        return { ...attempt, alsoRecord: stormStore.recordMessage(storm.id, attempt.messageId) };
      };
      const { chatId, messageId } = storm;
      if (messageId === null) return sendAnew();
      return outcomeOf(
        async () => {
          await api.editMessageText(chatId, messageId, ...body(delivery, text, { reply_markup: keyboard }));
          return { outcome: 'sent', messageId };
        },
        {
          isHome: isHome(storm),
          whenGone: async () => {
            await stormStore.setMessage(db, storm.id, null);
            return storm.endedAt ? obsolete('over, and its card is gone') : sendAnew();
          },
        },
      );
    },

    test: async (delivery, now) => say(delivery, placePayload.parse(delivery.payload), testMessage(now, locale)),
  };

  async function viewOf(delivery: Delivery): Promise<incidenceViewStore.IncidenceView | undefined> {
    return delivery.incidenceId === null ? undefined : incidenceViewStore.findById(db, delivery.incidenceId);
  }

  async function edit(delivery: Delivery, card: cardStore.Card, now: Date): Promise<Attempt> {
    const incidence = await viewOf(delivery);
    if (!incidence) return obsolete('the incidence is gone');
    const screen = await showCard(db, incidence, card, locale, now);
    const edited = { cardId: card.id, version: incidence.version, contentHash: contentHash(screen) };
    const alsoRecord = cardStore.recordEdited(edited);
    if (edited.contentHash === card.contentHash) return { ...obsolete('it shows that already'), alsoRecord };
    return outcomeOf(
      async () => {
        const options = buttons(delivery, screen);
        await api.editMessageText(card.chatId, card.messageId, ...body(delivery, screen.text, options));
        return { outcome: 'sent', messageId: card.messageId, alsoRecord };
      },
      { isHome: isHome(card), alsoRecord, whenGone: gone(card) },
    );
  }

  async function replyToCard(
    delivery: Delivery,
    view: (incidence: incidenceViewStore.IncidenceView, texts: Texts) => Html,
  ): Promise<Attempt> {
    const card = await cardStore.findById(db, cardPayload.parse(delivery.payload).cardId);
    const incidence = await viewOf(delivery);
    if (!card || !incidence) return obsolete('the card is gone');
    if (incidence.status === 'closed') return obsolete('closed meanwhile');
    if (card.sentAt >= delivery.createdAt) return obsolete('the card came after it and says it');
    return say(delivery, card, view(incidence, locale.texts), replyTo(card), gone(card));
  }

  function say(
    delivery: Delivery,
    place: ChatPlace,
    text: Html,
    options: object = {},
    whenGone?: (reason: string) => Attempt,
  ): Promise<Attempt> {
    return outcomeOf(
      async () => {
        const all = { ...chatOptions(place), ...options };
        const { message_id: messageId } = await api.sendMessage(place.chatId, ...body(delivery, text, all));
        return { outcome: 'sent', messageId };
      },
      { isHome: isHome(place), ...(whenGone ? { whenGone } : {}) },
    );
  }

  return (kind) => senders[kind];
}

/** HTML first; as plain text once Telegram refused that. */
function body<O extends object>(delivery: Delivery, text: Html, options: O) {
  return textOptions(text, options, delivery.plain);
}

/** A link that Telegram does not take is left out with the formatting: the card matters more. */
function buttons(delivery: Delivery, { keyboard }: Screen) {
  return { reply_markup: delivery.plain ? withoutLinks(keyboard) : keyboard };
}

/** The card, or the topic it stood in, is no more. */
function gone(card: cardStore.Card) {
  return (reason: string): Attempt => ({ outcome: 'gone', reason, alsoRecord: cardStore.recordGone(card.id) });
}

function replyTo(card: cardStore.Card) {
  return { reply_parameters: { message_id: card.messageId, allow_sending_without_reply: true } };
}

/** Seconds a new card was kept waiting, when it is a minute or more: then the card says so. */
function latenessOf(delivery: Delivery, now: Date): number | null {
  const seconds = Math.round((now.getTime() - delivery.createdAt.getTime()) / 1000);
  return seconds >= 60 ? seconds : null;
}
