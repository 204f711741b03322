import type { ConversationData, VersionedState } from '@grammyjs/conversations';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../database/connect.ts';

/** What a dialog of one person in one place remembers, so that a question outlives a restart. */
type State = VersionedState<ConversationData>;

export async function findByKey(db: Db, key: string): Promise<State | undefined> {
  const row = await db.selectFrom('botDialogs').select('state').where('key', '=', key).executeTakeFirst();
  // Written by `upsert` below and by nobody else; the plugin drops a state of another version.
  return row?.state as State | undefined;
}

export async function upsert(db: Db, key: string, state: State, now: Date): Promise<void> {
  const text = JSON.stringify(state);
  await db
    .insertInto('botDialogs')
    .values({ key, state: text, updatedAt: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ state: sql`excluded.state`, updatedAt: now }))
    .execute();
}

export async function remove(db: Db, key: string): Promise<void> {
  await db.deleteFrom('botDialogs').where('key', '=', key).execute();
}

/** A message of ours that asks one person something. */
type QuestionPlace = Readonly<{ chatId: number; messageId: number }>;

const askedSchema = z.object({ telegramId: z.number(), firstName: z.string() });
export type Asked = z.infer<typeof askedSchema>;

/** Kept beside the dialogs and as long as they: a late reply is recognised by the message it answers. */
export async function insertQuestion(db: Db, place: QuestionPlace, asked: Asked, now: Date): Promise<void> {
  await db
    .insertInto('botDialogs')
    .values({ key: questionKey(place), state: JSON.stringify(asked), updatedAt: now })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

export async function findQuestion(db: Db, place: QuestionPlace): Promise<Asked | undefined> {
  const row = await db
    .selectFrom('botDialogs')
    .select('state')
    .where('key', '=', questionKey(place))
    .executeTakeFirst();
  return row && askedSchema.parse(row.state);
}

function questionKey({ chatId, messageId }: QuestionPlace): string {
  return `question:${chatId}:${messageId}`;
}
