import type { ConversationFlavor } from '@grammyjs/conversations';
import type { Context } from 'grammy';
import type { Places } from '../chats/places.ts';
import type { BusinessHours } from '../config/business-hours.ts';
import type { Db } from '../database/connect.ts';
import type { Current } from '../database/current.ts';
import type { Wake } from '../database/wake.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Desk } from '../incidences/plan-write-back.ts';
import type { Log } from '../log.ts';
import type { ReplyDesk } from '../replies/reply-desk.ts';
import type { LinkDesk } from '../people/link-desk.ts';
import type { Person } from '../people/person.ts';
import type { ListedRoute } from '../routes/route-store.ts';
import type { TokenBox } from '../people/token-box.ts';
import type { Button } from './callback-data.ts';
import type { Recent } from './recent.ts';
import type { Locale } from './locale.ts';

export type BotContext = ConversationFlavor<Context> & { press?: Press };

/** A button of ours, pressed by somebody who may act here. */
export type Press = Readonly<{ button: Button; person: Person }>;

/** What every feature of the bot works with. */
export type BotDeps = Readonly<{
  db: Db;
  wake: Wake;
  log: Log;
  dispatcher: Pick<Dispatcher, 'interact' | 'interactWait'>;
  /** Where cards go; the members of these chats are agents there. */
  places: Places;
  /** Which chats and topics get what. */
  routes: Pick<Current<readonly ListedRoute[]>, 'value'>;
  /** A route was just added or removed: it counts at once, and what is open is shown where it belongs. */
  routesChanged: () => Promise<void>;
  /** When a chat is quiet was just changed: it counts at once. */
  quietChanged: () => Promise<void>;
  /** What cards show was just changed. */
  cardsChanged: () => Promise<void>;
  /** Where what people do is written back to; undefined where it is not. */
  desk: Desk | undefined;
  /** What a person is asked about before writing to a customer; undefined where nobody can. */
  replyDesk: ReplyDesk | undefined;
  /** Whose token it is that somebody links; undefined without a help desk. */
  linkDesk: LinkDesk | undefined;
  /** Without it no tokens are kept. */
  tokenBox: TokenBox | undefined;
  adminIds: readonly number[];
  businessHours: BusinessHours;
  /** Where people reach the dashboard, without a trailing slash; undefined where they cannot. */
  dashboardUrl: () => string | undefined;
  /** Who was seen to be in a chat lately (`chat:user`). */
  members: Recent;
  locale: Locale;
  now: () => Date;
}>;
