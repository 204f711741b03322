import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as settingStore from './setting-store.ts';

const defaultPlaceKey = 'default-place';

const stored = z.object({ chatId: z.number(), threadId: z.number().nullable(), title: z.string() });

/** A chat or topic, and what it was called when it was chosen. */
export type NamedPlace = Readonly<z.infer<typeof stored>>;

/** Where alerts go that no route claims, as an admin chose it in Telegram; null where none did. */
export async function readDefaultPlace(db: Db): Promise<NamedPlace | null> {
  return stored.safeParse(await settingStore.find(db, defaultPlaceKey)).data ?? null;
}

/** Null: alerts go nowhere. Records who did it; false when nothing changed. */
export async function setDefaultPlace(
  db: Db,
  { place, by }: Readonly<{ place: NamedPlace | null; by: number }>,
  now: Date,
): Promise<boolean> {
  return transact(db, async (trx) => {
    const before = stored.safeParse(await settingStore.lock(trx, defaultPlaceKey)).data ?? null;
    if (isDeepStrictEqual(before, place)) return false;
    const change = place ? `alerts go to ${place.title}` : `alerts no longer go to ${before?.title ?? 'any chat'}`;
    await settingStore.save(trx, { key: defaultPlaceKey, value: place ?? {}, change, by }, now);
    return true;
  });
}
