import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as settingStore from './setting-store.ts';

const stored = z.object({ isForAsker: z.boolean().catch(false) });

export const answersKeyPrefix = 'answers:';

function keyOf(chatId: number): string {
  return `${answersKeyPrefix}${chatId}`;
}

/** Whether answers to commands in this chat are shown to whoever asked alone. */
export async function isForAsker(db: Db, chatId: number): Promise<boolean> {
  return stored.safeParse(await settingStore.find(db, keyOf(chatId))).data?.isForAsker ?? false;
}

export type AnswersChanged = Readonly<{ changeId: number; change: string }>;

/** Changes who sees answers and records who did it; undefined where it is so already. */
export async function switchAnswers(
  db: Db,
  { chatId, toAsker, by }: Readonly<{ chatId: number; toAsker: boolean; by: number }>,
  now: Date,
): Promise<AnswersChanged | undefined> {
  return transact(db, async (trx) => {
    const key = keyOf(chatId);
    const before = stored.safeParse(await settingStore.lock(trx, key)).data?.isForAsker ?? false;
    if (before === toAsker) return undefined;
    const change = `answers in chat ${chatId} for ${toAsker ? 'whoever asked' : 'everyone'}`;
    const states = { before: { isForAsker: before }, after: { isForAsker: toAsker } };
    const changeId = await settingStore.save(trx, { key, change, value: states.after, ...states, by }, now);
    return { changeId, change };
  });
}

/** Goes back to what was before a change; undefined where it is so already. */
export async function undoAnswers(
  db: Db,
  { key, before }: settingStore.UndoableChange,
  by: number,
  now: Date,
): Promise<AnswersChanged | undefined> {
  const chatId = Number(key.slice(answersKeyPrefix.length));
  const was = stored.safeParse(before).data;
  return was && switchAnswers(db, { chatId, toAsker: was.isForAsker, by }, now);
}
