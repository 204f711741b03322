import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import type { Db } from '../../database/connect.ts';
import { isFree } from '../../database/session-lock.ts';
import * as cardStore from '../../incidences/card-store.ts';
import type { Sandbox } from 'telegram-sandbox';
import { createSeededSandbox, SEED } from './seed.ts';
import { StartRefusal } from '../../checks/start-error.ts';

/** A Telegram of our own with its people and chats, and the settings that make this process use it. */
export type Sandboxed = Readonly<{ sandbox: Sandbox; config: Config }>;

/** Without a bot token the sandbox is Telegram. Secrets that are not set are made up, so that its samples can be signed. */
export async function startSandbox(
  config: Config,
  { db, senderLockKey, now }: { db: Db; senderLockKey: number; now: () => Date },
): Promise<Sandboxed> {
  const sandbox = createSeededSandbox({ firstMessageId: (await forgetEarlierRun(db, senderLockKey, now)) + 1 });
  await sandbox.start();

  const { telegram, chatwoot, tawk } = config;
  const secret = randomBytes(24).toString('base64url');
  const secretsOr = (given: readonly string[]) => (given.length > 0 ? given : [secret]);
  return {
    sandbox,
    config: {
      ...config,
      telegram: {
        mode: 'polling',
        token: sandbox.token,
        apiRoot: sandbox.apiRoot,
        chat: telegram.chat ?? { chatId: SEED.supportTeam, threadId: undefined },
        adminIds: telegram.adminIds.length > 0 ? telegram.adminIds : [SEED.carla],
      },
      chatwoot: {
        ...chatwoot,
        webhookSecrets: secretsOr(chatwoot.webhookSecrets),
        alertKey: chatwoot.alertKey ?? secret,
      },
      tawk: { ...tawk, webhookSecrets: secretsOr(tawk.webhookSecrets) },
    },
  };
}

/** How long the session of a process that was killed may live on. */
const tries = 30;
const tryEveryMs = 100;

/**
 * A sandbox forgets its chats when it ends: the cards of an earlier run are gone, and their numbers are not used again.
 * Those of a process that still runs are not ours to void. Returns the highest number used.
 */
async function forgetEarlierRun(db: Db, senderLockKey: number, now: () => Date): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const highest = await db.transaction().execute(async (trx) => {
      if (!(await isFree(trx, senderLockKey))) return undefined;
      await cardStore.markAllGone(trx, now());
      return cardStore.findHighestMessageId(trx);
    });
    if (highest !== undefined) return highest;
    await sleep(tryEveryMs);
  }
  throw new StartRefusal(
    'Another Bellhop runs on this database already, and a sandbox cannot share it. Stop that one, or give this one ' +
      'a database of its own: set DATA_DIR (or DATABASE_URL), and PORT.',
  );
}
