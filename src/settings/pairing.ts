import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import type { Person } from '../people/person.ts';
import * as personStore from '../people/person-store.ts';
import { hashOf, isCode, newCode } from '../people/secret-code.ts';
import { peopleKey } from './change-role.ts';
import * as settingStore from './setting-store.ts';

const pairingKey = 'pairing';
const stored = z.object({ hash: z.base64() });

/**
 * A code that makes whoever opens the bot with it the first admin; undefined where an admin is known. `isWanted`: the
 * settings name neither a chat nor an admin. Codes of earlier starts end.
 */
export async function openPairing(db: Db, isWanted: boolean, now: Date): Promise<string | undefined> {
  return transact(db, async (trx) => {
    await settingStore.lock(trx, pairingKey);
    await settingStore.remove(trx, pairingKey);
    if (!isWanted || (await personStore.findAdminIds(trx)).length > 0) return undefined;
    const code = newCode();
    await settingStore.write(trx, pairingKey, { hash: hashOf(code).toString('base64') }, now);
    return code;
  });
}

/** Makes the person the first admin if this is the code, which counts once. */
export async function claimPairing(
  db: Db,
  { code, identity }: Readonly<{ code: string; identity: personStore.TelegramIdentity }>,
  now: Date,
): Promise<Person | undefined> {
  return transact(db, async (trx) => {
    const open = stored.safeParse(await settingStore.lock(trx, pairingKey)).data;
    if (!open || !isCode(code, Buffer.from(open.hash, 'base64'))) return undefined;
    await settingStore.remove(trx, pairingKey);
    const { id } = await personStore.upsert(trx, identity, now);
    const admin = await personStore.setRole(trx, identity.telegramId, 'admin');
    const change = `${identity.firstName} (${identity.telegramId}) is the first admin, by the link of the start`;
    await settingStore.record(trx, { key: peopleKey, change, by: id }, now);
    return admin;
  });
}
