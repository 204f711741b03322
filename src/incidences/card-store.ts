import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import type { Database } from '../database/schema.ts';
import { createStatement } from '../database/statement.ts';
import type { ChatPlace } from '../routes/lane.ts';
import { type AlsoRecord, rank } from '../delivery/delivery.ts';

export type Card = Selectable<Database['cards']>;

/** A message that shows an incidence in this version. */
export type CardShown = Readonly<{
  incidenceId: number;
  place: ChatPlace;
  messageId: number;
  version: number;
  contentHash: string;
  /** How long it was kept waiting, when that is worth telling. */
  lateSeconds?: number | null;
}>;

/** A card that stood already and shows this version now. */
export type CardEdited = Readonly<{ cardId: number; version: number; contentHash: string }>;

/** The card a delivery created. A request that came while it was being sent becomes an edit of it. */
export function recordShown(shown: CardShown): AlsoRecord {
  const { place, lateSeconds = null, ...card } = shown;
  return (_, { id, wish: revision }, at) => recordingShown({ ...place, ...card, lateSeconds, id, revision, at });
}

/** `id` and `revision`: of the delivery. */
type ShownBy = Omit<CardShown, 'place'> & ChatPlace & Readonly<{ id: number; revision: number; at: Date }>;

const recordingShown = createStatement<ShownBy>(
  (shown) => sql`
    with card as (
      insert into cards (incidence_id, chat_id, thread_id, message_id, shown_version, late_seconds, content_hash, sent_at)
      values (${shown.incidenceId}, ${shown.chatId}, ${shown.threadId}, ${shown.messageId}, ${shown.version},
              ${shown.lateSeconds}, ${shown.contentHash}, ${shown.at})
      on conflict (chat_id, message_id) do nothing
      returning id
    )
    insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
    select sent.lane, 'edit_card', 'card:' || card.id, ${shown.incidenceId}::bigint, jsonb_build_object('cardId', card.id),
           ${rank.edit}::smallint, ${shown.at}::timestamptz, ${shown.at}::timestamptz
    from card, deliveries sent where sent.id = ${shown.id} and sent.wish <> ${shown.revision}
    on conflict (lane, kind, subject) where state in ('waiting', 'folded') do nothing`,
);

/** The card a delivery updated. */
export function recordEdited(edited: CardEdited): AlsoRecord {
  return () => settingShown(edited);
}

/** The card a delivery found deleted. */
export function recordGone(cardId: number): AlsoRecord {
  return (db, _, at) => db.updateTable('cards').set({ goneAt: at }).where('id', '=', cardId);
}

/** The cards of an incidence that still stand in their chats. */
export async function findAllByIncidence(db: Db, incidenceId: number): Promise<Card[]> {
  return prepared(db)
    .selectFrom('cards')
    .selectAll()
    .where('incidenceId', '=', incidenceId)
    .where('goneAt', 'is', null)
    .orderBy('id')
    .execute();
}

/** The same for several incidences at once. */
export async function findAllByIncidences(db: Db, incidenceIds: readonly number[]): Promise<Card[]> {
  return findingAllByIncidences({ incidenceIds }).execute(db);
}

const findingAllByIncidences = createStatement<{ incidenceIds: readonly number[] }, Card>(
  ({ incidenceIds }) => sql`
    select * from cards where incidence_id = any(${incidenceIds}::bigint[]) and gone_at is null order by id`,
);

export async function findById(db: Db, id: number): Promise<Card | undefined> {
  const [found] = await findingById({ id }).execute(db);
  return found;
}

const findingById = createStatement<{ id: number }, Card>(({ id }, db) =>
  db.selectFrom('cards').selectAll().where('id', '=', id),
);

export async function findByMessage(db: Db, chatId: number, messageId: number): Promise<Card | undefined> {
  const [found] = await findingByMessage({ chatId, messageId }).execute(db);
  return found;
}

const findingByMessage = createStatement<{ chatId: number; messageId: number }, Card>(({ chatId, messageId }, db) =>
  db.selectFrom('cards').selectAll().where('chatId', '=', chatId).where('messageId', '=', messageId),
);

/** The newest card of an incidence in one place, still standing. */
export async function findInPlace(db: Db, incidenceId: number, place: ChatPlace): Promise<Card | undefined> {
  return prepared(db)
    .selectFrom('cards')
    .selectAll()
    .where('incidenceId', '=', incidenceId)
    .where('chatId', '=', place.chatId)
    .where('threadId', place.threadId === null ? 'is' : '=', place.threadId)
    .where('goneAt', 'is', null)
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

export async function insert(db: Db, shown: CardShown, now: Date): Promise<Card> {
  return prepared(db)
    .insertInto('cards')
    .values({
      incidenceId: shown.incidenceId,
      chatId: shown.place.chatId,
      threadId: shown.place.threadId,
      messageId: shown.messageId,
      shownVersion: shown.version,
      lateSeconds: shown.lateSeconds ?? null,
      contentHash: shown.contentHash,
      sentAt: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Which menu a card shows under its text; part of the card's state, so that every later edit keeps it. */
export async function setMenu(db: Db, id: number, menu: Card['menu'], now: Date): Promise<void> {
  await db.updateTable('cards').set({ menu, menuAt: now }).where('id', '=', id).execute();
}

/** Somebody pressed a tag under this message: its tag menu stays, also when it was about to close. */
export async function keepTagMenu(db: Db, message: { chatId: number; messageId: number }, now: Date): Promise<void> {
  await db
    .updateTable('cards')
    .set({ menu: 'tags', menuAt: now })
    .where('chatId', '=', message.chatId)
    .where('messageId', '=', message.messageId)
    .execute();
}

/** What can be done is another thing now: every card offers it. */
export async function resetMenus(db: Db, incidenceIds: readonly number[]): Promise<void> {
  await resettingMenus(incidenceIds).execute(prepared(db));
}

/** The same, for a batch. */
export function resettingMenus(incidenceIds: readonly number[]): RawBuilder<unknown> {
  const listed = `{${incidenceIds.join(',')}}`;
  return sql`update cards set menu = 'main' where incidence_id = any(${listed}::bigint[]) and menu <> 'main'`;
}

/** A menu nobody used for this long gives way to the main one. */
export const idleMenuMs = 2 * 60_000;

function lastUse(now: Date): Date {
  return new Date(now.getTime() - idleMenuMs);
}

/** The literals let the partial index serve. */
function isIdle(lastUsedAt: Date) {
  return sql<boolean>`menu <> 'main' and gone_at is null and menu_at <= ${lastUsedAt}`;
}

const findIdleMenu = createStatement<{ lastUsedAt: Date }>(
  ({ lastUsedAt }) => sql`select from cards where ${isIdle(lastUsedAt)} limit 1`,
);

export async function hasIdleMenu(db: Db, now: Date): Promise<boolean> {
  return (await findIdleMenu({ lastUsedAt: lastUse(now) }).execute(db)).length > 0;
}

/** Returns the cards whose idle menu it closed. */
export async function closeIdleMenus(db: Db, now: Date): Promise<Card[]> {
  return db
    .updateTable('cards')
    .set({ menu: 'main' })
    .where(isIdle(lastUse(now)))
    .returningAll()
    .execute();
}

/** Returns the cards whose tag menu it closed. */
export async function closeTagMenus(db: Db, incidenceId: number): Promise<Card[]> {
  return db
    .updateTable('cards')
    .set({ menu: 'main' })
    .where('incidenceId', '=', incidenceId)
    .where('menu', '=', 'tags')
    .where('goneAt', 'is', null)
    .returningAll()
    .execute();
}

/** 0 when there is none. */
export async function findHighestMessageId(db: Db): Promise<number> {
  const { highest } = await db
    .selectFrom('cards')
    .select((eb) => eb.fn.max('messageId').as('highest'))
    .executeTakeFirstOrThrow();
  return highest ?? 0;
}

/** The sandbox forgets its chats when it ends: no card of an earlier run stands any more. */
export async function markAllGone(db: Db, now: Date): Promise<void> {
  await db.updateTable('cards').set({ goneAt: now }).where('goneAt', 'is', null).execute();
}

/** A card was edited outside the queue. */
export async function setShown(db: Db, edited: CardEdited): Promise<void> {
  await settingShown(edited).execute(db);
}

const settingShown = createStatement<CardEdited>(
  ({ cardId, version, contentHash }) => sql`
    update cards set shown_version = greatest(shown_version, ${version}), content_hash = ${contentHash}
    where id = ${cardId}`,
);
