import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import type { Database } from '../database/schema.ts';
import { type ContextAttribute, mergeAttributes, type VisitorContext } from '../sources/visitor-context.ts';
import type { Incidence } from './incidence.ts';

/** How long before or after the start of a chat something the shop tells is about it. */
export const joinWithinMs = 24 * 3_600_000;

/** By what a chat is recognized; '' where it is not known. `account` '' may be any property. */
export type ChatKeys = Readonly<{ chatId: string; email: string; visitorId: string; account: string }>;

export function keysOf(context: VisitorContext): ChatKeys {
  const { chatId = '', email = '', visitorId = '', account } = context;
  return { chatId, email, visitorId, account };
}

/** Keeps it until its chat comes, merged with what was told of the same visitor before. */
export async function addWaiting(trx: Trx, context: VisitorContext): Promise<void> {
  const keys = keysOf(context);
  const key = createHash('sha256').update(JSON.stringify(keys)).digest('base64url');
  const known = await prepared(trx)
    .selectFrom('visitorContexts')
    .select(['attributes', 'sentAt'])
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst();
  const attributes = JSON.stringify(mergeAttributes(known?.attributes ?? [], context.attributes));
  const sentAt = known && known.sentAt > context.sentAt ? known.sentAt : context.sentAt;
  await prepared(trx)
    .insertInto('visitorContexts')
    .values({ key, ...keys, attributes, sentAt })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ attributes, sentAt }))
    .execute();
}

/**
 * What waits for this chat, taken out: by its id, else by a proven visitor id or an e-mail of a context that names no
 * chat. Only what was said at most 24 h before or after `openedAt`.
 */
export async function takeWaiting(
  trx: Trx,
  { chatId, email, visitorId, account }: ChatKeys,
  openedAt: Date,
): Promise<readonly ContextAttribute[]> {
  const [from, to] = [openedAt.getTime() - joinWithinMs, openedAt.getTime() + joinWithinMs];
  const { rows } = await sql<Pick<Selectable<Database['visitorContexts']>, 'attributes'>>`
    delete from visitor_contexts
    where (chat_id = ${chatId}
        or chat_id = '' and email = ${email} and email <> '' and (visitor_id in ('', ${visitorId}) or ${visitorId} = '')
        or chat_id = '' and visitor_id = ${visitorId} and visitor_id <> '')
      and (account in ('', ${account}) or ${account} = '')
      and sent_at >= ${new Date(from)} and sent_at <= ${new Date(to)}
    returning attributes`.execute(prepared(trx));
  return rows
    .map(({ attributes }) => attributes.filter(({ at }) => at >= from))
    .reduce<readonly ContextAttribute[]>(mergeAttributes, []);
}

/**
 * The open chat that a context without a chat id is about, locked: the newest of its proven visitor, else of its e-mail.
 * All of them began before it came, so the newest is the nearest.
 */
export async function findOpenChat(
  trx: Trx,
  { email, visitorId, account }: ChatKeys,
  sentAt: Date,
): Promise<Incidence | undefined> {
  const [from, to] = [sentAt.getTime() - joinWithinMs, sentAt.getTime() + joinWithinMs].map((ms) => new Date(ms));
  const { rows } = await sql<Incidence>`
    select * from incidences
    where source = 'tawk' and kind = 'chat' and status <> 'closed'
      and (visitor_id = ${visitorId}
        or customer_email = ${email} and ${email} <> '' and (visitor_id is null or ${visitorId} = ''))
      and (account in ('', ${account}) or ${account} = '')
      and opened_at between ${from} and ${to}
    order by visitor_id = ${visitorId} desc nulls last, opened_at desc, id desc
    limit 1 for no key update`.execute(prepared(trx));
  return rows[0];
}

/** Whose chat did not come. Returns how many. */
export async function deleteWaiting(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('visitorContexts').where('sentAt', '<', before).executeTakeFirst();
  return Number(numDeletedRows);
}
