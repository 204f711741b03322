import { whyUnwritable } from '../../database/refusal.ts';
import type { GroupCommit } from '../../database/group-commit.ts';
import type { Arrival, Operation } from '../../sources/endpoint.ts';
import { Refusal } from '../../sources/refusal.ts';
import { sameSecret } from '../../sources/secret.ts';
import { webhookPath } from '../webhook-address.ts';
import { update, webhookDocs } from './webhook-documentation.ts';
import type { NewUpdate } from './update-store.ts';

/** Far above what a message with its quoted message takes. */
const maxBytes = 1024 * 1024;

/**
 * `POST /telegram/webhook`: stores an update and answers; the process with the bot handles it. Never answers with a call
 * in the body, because a repeated update would repeat it. `secret` is undefined where Bellhop polls: then Telegram keeps
 * the update, and the poll gets it.
 */
export function webhookOperation(deps: {
  secret: string | undefined;
  store: GroupCommit<NewUpdate, void>['store'];
}): Operation {
  return {
    method: 'post',
    path: webhookPath,
    docs: webhookDocs,
    maxBytes,
    admit: ({ header }) => {
      if (deps.secret === undefined)
        throw new Refusal(
          'not_configured',
          'Bellhop polls for updates: set TELEGRAM_MODE=webhook to receive them here.',
        );
      if (sameSecret(header('x-telegram-bot-api-secret-token') ?? '', deps.secret)) return;
      const message = 'The X-Telegram-Bot-Api-Secret-Token header is missing or wrong: only Telegram may post here.';
      throw new Refusal('unauthorized', message);
    },
    perform: async (arrival) => {
      await store(deps.store, arrival);
      return { status: 200, body: { ok: true } };
    },
  };
}

async function store(into: GroupCommit<NewUpdate, void>['store'], { rawBody, now }: Arrival): Promise<void> {
  const parsed = update.safeParse(parse(rawBody));
  if (!parsed.success)
    throw new Refusal('bad_request', 'The body is not an update of the Bot API (JSON with update_id).');
  try {
    await into({ updateId: parsed.data.update_id, body: rawBody, receivedAt: now });
  } catch (error) {
    const reason = whyUnwritable(error) ?? 'The database is not responding';
    throw new Refusal('unavailable', `${reason}; nothing was stored. Send it again in a few seconds.`);
  }
}

function parse(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString());
  } catch {
    return undefined;
  }
}
