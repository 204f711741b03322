import { z } from 'zod';
import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import type { Sender } from '../../delivery/lane-worker.ts';
import * as cardStore from '../../incidences/card-store.ts';
import { isSnoozed } from '../../incidences/incidence.ts';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import * as personStore from '../../people/person-store.ts';
import { cardEdit, cardScreen, contentHash, newCard, withoutLinks } from '../card-screen.ts';
import { chatOptions, replyOptions, textOptions } from '../message-options.ts';
import { obsolete, sendAndClassify } from '../send-and-classify.ts';
import type { Texts } from '../texts/texts.ts';
import type { Html } from '../views/html.ts';
import type { Screen } from '../views/incidence-card.ts';
import {
  assignedNote,
  handoverNote,
  missedNote,
  reopenedNote,
  sendFailedNote,
  severityNote,
  wokenNote,
} from '../views/notes.ts';
import { shownIncidence } from '../views/shown-incidence.ts';
import { findIncidence, placePayload, type SenderDeps, sendText } from './deliver.ts';

/** `quiet`: it was hidden behind a storm card, which made the sound already. */
const newCardPayload = placePayload.extend({ quiet: z.boolean().optional() });
const cardPayload = z.object({ cardId: z.number() });

/** New cards, their edits, and the notes that reply to them because edits make no sound. */
export function cardSenders(deps: SenderDeps): Record<string, Sender> {
  const { db } = deps;
  return {
    send_card: (delivery, now) => sendCard(deps, delivery, now),
    edit_card: async (delivery, now) => {
      const card = await cardStore.findById(db, cardPayload.parse(delivery.payload).cardId);
      if (!card || card.goneAt) return obsolete('the card is gone');
      return editCard(deps, delivery, card, now);
    },
    severity_note: (delivery) => replyToCard(deps, delivery, severityNote),
    reopened_note: (delivery) => replyToCard(deps, delivery, reopenedNote),
    assigned_note: async (delivery) => {
      const holderId = (await findIncidence(db, delivery))?.acknowledgedBy ?? null;
      const holder = holderId === null ? undefined : await personStore.findMention(db, holderId);
      if (!holder) return obsolete('no longer so');
      const by = await incidenceStore.findLastActor(db, delivery.incidenceId ?? 0, ['assign']);
      return replyToCard(
        deps,
        delivery,
        (now, texts) => assignedNote(now, holder, by, texts),
        (now) => now.status === 'acknowledged' && now.acknowledgedBy === holderId,
      );
    },
    woken_note: async (delivery) => {
      const incidence = await findIncidence(db, delivery);
      const snoozedBy = incidence?.snoozedBy ?? null;
      const by = snoozedBy === null ? undefined : await personStore.findMention(db, snoozedBy);
      return replyToCard(
        deps,
        delivery,
        (now, texts) => wokenNote(now, by, texts),
        (now) => now.status === 'open' && !isSnoozed(now),
      );
    },
    missed_note: (delivery) => replyToCard(deps, delivery, missedNote),
    handover_note: (delivery) => replyToCard(deps, delivery, handoverNote),
    send_failed_note: (delivery) =>
      replyToCard(deps, delivery, sendFailedNote, (incidence) => incidence.failedReply !== null),
  };
}

async function sendCard(deps: SenderDeps, delivery: Delivery, now: Date): Promise<Attempt> {
  const { api, db, locale, isTeamChat } = deps;
  const { quiet = false, ...place } = newCardPayload.parse(delivery.payload);
  const found = await incidenceViewStore.findForPlace(db, delivery.incidenceId ?? 0, place);
  if (!found) return obsolete('the incidence is gone');
  // Requested again while the card was being sent: it is there now.
  const { incidence, standingCardId } = found;
  const standing = standingCardId === null ? undefined : await cardStore.findById(db, standingCardId);
  if (standing) return editCard(deps, delivery, standing, now);

  const lateSeconds = latenessOf(delivery, now);
  const screen = await cardScreen(db, incidence, { ...newCard, lateSeconds }, locale, now);
  return sendAndClassify(
    async () => {
      const options = {
        ...chatOptions(place),
        reply_markup: buttons(delivery, screen),
        disable_notification: isSilent(incidence, quiet, deps.isQuiet(place.chatId)),
      };
      const text = textOptions(screen.text, options, delivery.plain);
      const { message_id: messageId } = await api.sendMessage(place.chatId, ...text);
      const { id: incidenceId, version } = incidence;
      const shown = { incidenceId, place, messageId, version, contentHash: contentHash(screen), lateSeconds };
      return { outcome: 'sent', messageId, alsoRecord: cardStore.recordShown(shown), coversNewer: true };
    },
    {
      isTeamChat: isTeamChat(place),
      whenGone: async (reason) => {
        await deps.topicLost(place, reason);
        return obsolete(reason);
      },
    },
  );
}

/** `isFolded`: a storm card made the sound already. */
function isSilent({ severity }: incidenceViewStore.IncidenceView, isFolded: boolean, isQuiet: boolean): boolean {
  switch (severity) {
    case 'low':
      return true;
    case 'medium':
      return isFolded || isQuiet;
    case 'high':
      return isQuiet;
    case 'critical':
      return false;
  }
}

async function editCard(deps: SenderDeps, delivery: Delivery, card: cardStore.Card, now: Date): Promise<Attempt> {
  const { api, db, locale, isTeamChat } = deps;
  const incidence = await findIncidence(db, delivery);
  if (!incidence) return obsolete('the incidence is gone');
  const { screen, edited, isShown } = await cardEdit(db, incidence, card, locale, now);
  const alsoRecord = cardStore.recordEdited(edited);
  if (isShown) return { ...obsolete('the card shows this already'), alsoRecord };
  return sendAndClassify(
    async () => {
      const options = { reply_markup: buttons(delivery, screen) };
      await api.editMessageText(card.chatId, card.messageId, ...textOptions(screen.text, options, delivery.plain));
      return { outcome: 'sent', messageId: card.messageId, alsoRecord };
    },
    { isTeamChat: isTeamChat(card), alsoRecord, whenGone: recordGone(card) },
  );
}

async function replyToCard(
  deps: SenderDeps,
  delivery: Delivery,
  view: (incidence: incidenceViewStore.IncidenceView, texts: Texts) => Html,
  isStillTrue: (incidence: incidenceViewStore.IncidenceView) => boolean = ({ status }) => status !== 'closed',
): Promise<Attempt> {
  const { db, locale } = deps;
  const card = await cardStore.findById(db, cardPayload.parse(delivery.payload).cardId);
  const incidence = await findIncidence(db, delivery);
  if (!card || !incidence) return obsolete('the card is gone');
  if (!isStillTrue(incidence))
    return obsolete(incidence.status === 'closed' ? 'the incidence has been closed' : 'no longer so');
  if (card.sentAt >= delivery.createdAt) return obsolete('a newer card shows this already');
  const text = view(shownIncidence(incidence, locale.cards()), locale.texts);
  return sendText(deps, delivery, card, text, replyOptions(card.messageId), { whenGone: recordGone(card) });
}

/** A link that Telegram rejects is left out together with the formatting: the card matters more. */
function buttons({ plain }: Delivery, { keyboard }: Screen) {
  return plain ? withoutLinks(keyboard) : keyboard;
}

/** The card, or the topic it was in, no longer exists. */
function recordGone(card: cardStore.Card) {
  return (reason: string): Attempt => ({ outcome: 'gone', reason, alsoRecord: cardStore.recordGone(card.id) });
}

/** Seconds a new card waited, if it was a minute or more: then the card says so. */
function latenessOf(delivery: Delivery, now: Date): number | null {
  const seconds = Math.round((now.getTime() - delivery.createdAt.getTime()) / 1000);
  return seconds >= 60 ? seconds : null;
}
