import { randomBytes } from 'node:crypto';
import type { Config } from './config.ts';
import type { Db } from './database/connect.ts';
import * as cardStore from './incidences/card-store.ts';
import { createSandbox, type Sandbox } from './sandbox/sandbox.ts';
import { SEED, seedWorld } from './sandbox/seed.ts';

/** A Telegram of our own with its people and chats, and the settings that make this process use it. */
export type Sandboxed = Readonly<{ sandbox: Sandbox; config: Config }>;

/** Without a bot token the sandbox is Telegram. Secrets that are not set are made up, so that its samples can be signed. */
export async function startSandbox(config: Config, db: Db, now: Date): Promise<Sandboxed> {
  // It forgets its chats when it ends: the cards of an earlier run are gone, and their numbers are not used again.
  const sandbox = createSandbox({ firstMessageId: (await cardStore.findHighestMessageId(db)) + 1 });
  await cardStore.markAllGone(db, now);
  seedWorld(sandbox);
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
