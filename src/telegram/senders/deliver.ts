import type { Api } from 'grammy';
import { z } from 'zod';
import type { ChartRenderer } from '../../charts/renderer.ts';
import type { BusinessHours } from '../../config/business-hours.ts';
import type { Unreached } from '../../chats/notify-of-unreached.ts';
import type { Db } from '../../database/connect.ts';
import type { ChatPlace } from '../../routes/lane.ts';
import { type Attempt, type Delivery, rank } from '../../delivery/delivery.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import type { TeamScope } from '../../duty/team-store.ts';
import type { Locale } from '../locale.ts';
import { chatOptions, textOptions } from '../message-options.ts';
import { sendAndClassify, type SendContext } from '../send-and-classify.ts';
import type { Html } from '../views/html.ts';

export type SenderDeps = Readonly<{
  api: Api;
  db: Db;
  locale: Locale;
  businessHours: BusinessHours;
  /** Draws the pictures of numbers. */
  charts: Pick<ChartRenderer, 'draw'>;
  /** Whether it is a default place: nothing takes its place when it is lost. */
  isTeamChat: (place: ChatPlace) => boolean;
  /** Who may be mentioned. */
  team: () => TeamScope;
  /** Whether nothing but critical makes a sound in this chat now. */
  isQuiet: (chatId: number) => boolean;
  /** A topic that a route ends in accepts no more messages. */
  topicLost: (place: ChatPlace, reason: string) => Promise<void>;
  /** Somebody cannot be written to in private. */
  unreached: (who: Unreached) => Promise<void>;
}>;

export const placePayload = z.object({ chatId: z.number(), threadId: z.number().nullable() });

/** Sends a text: as HTML, or as plain text once Telegram rejected that. */
export function sendText(
  { api, isTeamChat, isQuiet }: SenderDeps,
  { plain, rank: urgency }: Delivery,
  place: ChatPlace,
  text: Html,
  options: object = {},
  context: Omit<SendContext, 'isTeamChat'> = {},
): Promise<Attempt> {
  return sendAndClassify(
    async () => {
      const silence = urgency !== rank.critical && isQuiet(place.chatId) ? { disable_notification: true } : {};
      const all = { ...chatOptions(place), ...silence, ...options };
      const { message_id: messageId } = await api.sendMessage(place.chatId, ...textOptions(text, all, plain));
      return { outcome: 'sent', messageId };
    },
    { ...context, isTeamChat: isTeamChat(place) },
  );
}

export async function findIncidence(
  db: Db,
  { incidenceId }: Delivery,
): Promise<incidenceViewStore.IncidenceView | undefined> {
  return incidenceId === null ? undefined : incidenceViewStore.findById(db, incidenceId);
}
