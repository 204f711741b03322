import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as settingStore from './setting-store.ts';

const stored = z.object({ isForAsker: z.boolean().catch(false) });

function keyOf(chatId: number): string {
  return `answers:${chatId}`;
}

/** Whether answers to commands in this chat are shown to whoever asked alone. */
export async function isForAsker(db: Db, chatId: number): Promise<boolean> {
  return stored.safeParse(await settingStore.find(db, keyOf(chatId))).data?.isForAsker ?? false;
}

/** Changes who sees answers and records who did it; what changed, undefined where it is so already. */
export async function switchAnswers(
  db: Db,
  { chatId, toAsker, by }: Readonly<{ chatId: number; toAsker: boolean; by: number }>,
  now: Date,
): Promise<string | undefined> {
  return transact(db, async (trx) => {
    const key = keyOf(chatId);
    const before = stored.safeParse(await settingStore.lock(trx, key)).data?.isForAsker ?? false;
    if (before === toAsker) return undefined;
    const change = `answers in chat ${chatId} for ${toAsker ? 'whoever asked' : 'everyone'}`;
    await settingStore.save(trx, { key, change, value: { isForAsker: toAsker }, by }, now);
    return change;
  });
}
