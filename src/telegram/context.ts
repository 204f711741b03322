import type { ConversationFlavor } from '@grammyjs/conversations';
import type { Context } from 'grammy';
import type { Places } from '../chats/places.ts';
import type { BusinessHours } from '../config/business-hours.ts';
import type { ChartRenderer } from '../charts/renderer.ts';
import type { Db } from '../database/connect.ts';
import type { Current } from '../database/current.ts';
import type { Wake } from '../database/wake.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Desk } from '../incidences/plan-write-back.ts';
import type { Log } from '../log.ts';
import type { ReplyDesk } from '../replies/reply-desk.ts';
import type { LinkDesk } from '../people/link-desk.ts';
import type { NamedPlace } from '../settings/default-place.ts';
import type { Person } from '../people/person.ts';
import type { ListedRoute } from '../routes/route-store.ts';
import type { TokenBox } from '../people/token-box.ts';
import type { Button } from './callback-data.ts';
import type { Recent } from './recent.ts';
import type { Locale } from './locale.ts';

export type BotContext = ConversationFlavor<Context> & {
  press?: Press;
  /** The name of the command that was typed, where it is one of ours. */
  command?: string;
};

/** A button of ours, pressed by somebody who may act here. */
export type Press = Readonly<{
  button: Button;
  person: Person;
  /** Which state of the incidence was seen. */
  seen: number | undefined;
}>;

/** Who the first admin is and where alerts go, as it is set up in Telegram. */
export type PairingDeps = Readonly<{
  /** TELEGRAM_CHAT_ID names the default place: no other can be chosen. */
  isConfigured: boolean;
  /** The default place chosen in Telegram. */
  chosen: () => NamedPlace | null;
  /** It was just chosen: it counts at once, and what is open is shown there. */
  placeChanged: () => Promise<void>;
  /** Somebody has another role, joined or was removed. */
  peopleChanged: () => Promise<void>;
  /** Telegram says that a chat is another one now, or that the bot is no longer in it. */
  chatLost: (chatId: number, loss: Readonly<{ reason: string; migratedTo: number | null }>) => Promise<void>;
}>;

/** What every feature of the bot works with. */
export type BotDeps = Readonly<{
  db: Db;
  wake: Wake;
  log: Log;
  dispatcher: Pick<Dispatcher, 'interact' | 'deliverNow' | 'interactWait'>;
  /** Draws the pictures of numbers. */
  charts: Pick<ChartRenderer, 'draw'>;
  /** Where cards go; the members of these chats are agents there. */
  places: Places;
  /** Which chats and topics get what. */
  routes: Pick<Current<readonly ListedRoute[]>, 'value'>;
  /** A route was just added or removed: it counts at once, and what is open is shown where it belongs. */
  routesChanged: () => Promise<void>;
  /** When a chat is quiet was just changed: it counts at once. */
  quietChanged: () => Promise<void>;
  /** What cards show, or how dates are written, was just changed. */
  cardsChanged: () => Promise<void>;
  /** When the digest is sent was just changed. */
  digestChanged: () => Promise<void>;
  /** DIGEST_AT, which counts until a lead sets another time. */
  configuredDigestAt: number | undefined;
  /** Where what people do is written back to; undefined where it is not. */
  desk: Desk | undefined;
  /** What a person is asked about before writing to a customer; undefined where nobody can. */
  replyDesk: ReplyDesk | undefined;
  /** Whose token it is that somebody links; undefined without a help desk. */
  linkDesk: LinkDesk | undefined;
  /** Without it no tokens are kept. */
  tokenBox: TokenBox | undefined;
  /** Those of TELEGRAM_ADMIN_IDS. */
  adminIds: readonly number[];
  pairing: PairingDeps;
  businessHours: BusinessHours;
  /** Where people reach the dashboard, without a trailing slash; undefined where they cannot. */
  dashboardUrl: () => string | undefined;
  /** Who was seen to be in a chat lately (`chat:user`). */
  members: Recent;
  /** The chats where the bot said hello a moment ago. */
  greeted: Recent;
  /** Chats that refused an answer for whoever asked alone. */
  refusedForAsker: Recent;
  locale: Locale;
  now: () => Date;
}>;
