import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import type { Db } from '../../database/connect.ts';
import { isFree } from '../../database/session-lock.ts';
import * as cardStore from '../../incidences/card-store.ts';
import type { Sandbox } from 'telegram-sandbox';
import { createSeededSandbox, SEED } from './seed.ts';
import { type SandboxChatwoot, startSandboxChatwoot } from './sandbox-chatwoot.ts';
import { StartRefusal } from '../../checks/start-error.ts';

/** The running sandbox and the settings that make this process use it. */
export type Sandboxed = Readonly<{
  sandbox: Sandbox;
  /** Undefined where the operator connected a Chatwoot of their own. */
  chatwoot: SandboxChatwoot | undefined;
  config: Config;
}>;

/** Starts the sandbox in place of Telegram. Missing secrets are generated, so that its samples can be signed. */
export async function startSandbox(
  config: Config,
  { db, senderLockKey, now }: { db: Db; senderLockKey: number; now: () => Date },
): Promise<Sandboxed> {
  const sandbox = createSeededSandbox({ firstMessageId: (await voidEarlierCards(db, senderLockKey, now)) + 1 });
  await sandbox.start();
  const desk = config.chatwoot.baseUrl === undefined ? await startSandboxChatwoot(now) : undefined;

  const { telegram, chatwoot, tawk } = config;
  const secret = randomBytes(24).toString('base64url');
  const secretsOr = (secrets: readonly string[]) => (secrets.length > 0 ? secrets : [secret]);
  return {
    sandbox,
    chatwoot: desk,
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
        ...desk?.settings,
        webhookSecrets: secretsOr(chatwoot.webhookSecrets),
        alertKey: chatwoot.alertKey ?? secret,
      },
      tawk: { ...tawk, webhookSecrets: secretsOr(tawk.webhookSecrets) },
    },
  };
}

/** How long to wait for the session of a killed process to end. */
const tries = 30;
const tryEveryMs = 100;

/**
 * A sandbox keeps its chats in memory, so the cards of an earlier run are gone. Their message IDs are not reused. Waits
 * for a process that still runs, whose cards must not be voided. Returns the highest message ID used.
 */
async function voidEarlierCards(db: Db, senderLockKey: number, now: () => Date): Promise<number> {
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
    'Another Bellhop is already using this database, and sandbox mode cannot share it. Stop it, or give this one ' +
      'its own database (a different DATA_DIR or DATABASE_URL) and PORT.',
  );
}
