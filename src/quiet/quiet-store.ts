import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import type { Database } from '../database/schema.ts';
import type { ChatPlace } from '../routes/lane.ts';
import type { QuietRules, QuietStep } from './quiet-hours.ts';

export type QuietChat = QuietRules & Readonly<{ place: ChatPlace; quietSince: Date | null; dueAt: Date | null }>;

export async function findAll(db: Db): Promise<QuietChat[]> {
  return (await prepared(db).selectFrom('quietChats').selectAll().orderBy('chatId').execute()).map(toChat);
}

/** Nobody else changes it until the transaction ends, also where nothing was ever set. */
export async function lockByChat(trx: Trx, chatId: number): Promise<QuietChat | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`quiet:${chatId}`}, 0))`.execute(trx);
  const row = await trx.selectFrom('quietChats').selectAll().where('chatId', '=', chatId).executeTakeFirst();
  return row && toChat(row);
}

export async function saveRules(trx: Trx, { chatId, threadId }: ChatPlace, rules: QuietRules): Promise<void> {
  const { hours, mutedUntil } = rules;
  const columns = { threadId, fromMinute: hours?.from ?? null, toMinute: hours?.to ?? null, mutedUntil };
  await trx
    .insertInto('quietChats')
    .values({ chatId, ...columns })
    .onConflict((conflict) => conflict.column('chatId').doUpdateSet(columns))
    .execute();
}

export async function saveStep(trx: Trx, chatId: number, { quietSince, dueAt }: QuietStep): Promise<void> {
  await trx.updateTable('quietChats').set({ quietSince, dueAt }).where('chatId', '=', chatId).execute();
}

type CameIn = Readonly<{
  id: number;
  severity: 'low' | 'medium' | 'high' | 'critical';
  status: 'open' | 'acknowledged' | 'closed';
  customerName: string | null;
  title: string | null;
}>;

/** The incidences whose first card in a chat came in this time, the worst first. */
export async function findAllThatCame(db: Db, chatId: number, since: Date, until: Date): Promise<CameIn[]> {
  return db
    .selectFrom('incidences')
    .select(['id', 'severity', 'status', 'customerName', 'title'])
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('cards')
        .select('incidenceId')
        .where('chatId', '=', chatId)
        .where('incidenceId', 'in', (inner) =>
          inner
            .selectFrom('cards')
            .select('incidenceId')
            .where('chatId', '=', chatId)
            .where('sentAt', '>=', since)
            .where('sentAt', '<', until),
        )
        .groupBy('incidenceId')
        .having((having) => having(having.fn.min('sentAt'), '>=', since)),
    )
    .orderBy(sql`array_position(array['critical', 'high', 'medium', 'low'], severity)`)
    .orderBy('id')
    .execute();
}

function toChat({
  chatId,
  threadId,
  fromMinute: from,
  toMinute: to,
  ...times
}: Selectable<Database['quietChats']>): QuietChat {
  const hours = from === null || to === null ? null : { from, to };
  return { place: { chatId, threadId }, hours, ...times };
}
