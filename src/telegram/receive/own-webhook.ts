import { type Api, GrammyError } from 'grammy';
import type { WebhookInfo } from 'grammy/types';
import type { Db } from '../../database/connect.ts';
import type { Log } from '../../log.ts';
import { foreignWebhookHost } from '../foreign-webhook.ts';
import { forGrammy } from '../grammy-signal.ts';
import type { Arrival } from '../webhook-address.ts';
import { allowedUpdates } from './poll.ts';
import * as webhookStore from './webhook-store.ts';

type Deps = Readonly<{
  api: Api;
  db: Db;
  log: Log;
  botId: number;
  arrival: Arrival;
  /** A webhook there is Bellhop's own. */
  publicUrl: string | undefined;
  now: () => Date;
}>;

export type OwnWebhook = Readonly<{
  /**
   * Sets our webhook, or removes it where Bellhop polls; either keeps the updates that wait. Another program's webhook is
   * left alone; its host is returned.
   */
  prepare: (signal: AbortSignal) => Promise<string | undefined>;
  /** What Telegram says of the webhook now; `foreignHost` as above. */
  look: (signal: AbortSignal) => Promise<{ info: WebhookInfo; foreignHost: string | undefined }>;
}>;

/** The webhook of this bot. It is ours if it is where PUBLIC_URL points, or where we set it last. */
export function createOwnWebhook(deps: Deps): OwnWebhook {
  const { api, db, log, botId, arrival, now } = deps;

  async function look(signal: AbortSignal): Promise<{ info: WebhookInfo; foreignHost: string | undefined }> {
    const info = await api.getWebhookInfo(forGrammy(signal));
    const foreignHost = foreignWebhookHost(info.url, deps.publicUrl);
    if (foreignHost === undefined) return { info, foreignHost };
    const isOurs = (await webhookStore.findUrl(db, botId)) === info.url;
    return { info, foreignHost: isOurs ? undefined : foreignHost };
  }

  async function remove(signal: AbortSignal): Promise<string | undefined> {
    try {
      const { info, foreignHost } = await look(signal);
      if (info.url && foreignHost === undefined) await api.deleteWebhook({}, forGrammy(signal));
      return foreignHost;
    } catch (err) {
      // Refused, as by an API server without these methods: if there is a webhook, the poll reports it.
      if (!(err instanceof GrammyError) || err.error_code === 401) throw err;
      log.warn({ err }, 'telegram.webhook_check_failed');
      return undefined;
    }
  }

  async function set(to: Extract<Arrival, { mode: 'webhook' }>, signal: AbortSignal): Promise<string | undefined> {
    const { foreignHost } = await look(signal);
    if (foreignHost !== undefined) return foreignHost;
    // First, so that it is known as ours even if we are killed in between.
    await webhookStore.upsert(db, botId, to.url, now());
    // At every start: Telegram does not tell which secret it has.
    await api.setWebhook(
      to.url,
      { secret_token: to.secret, allowed_updates: allowedUpdates, drop_pending_updates: false },
      forGrammy(signal),
    );
    log.info({ host: new URL(to.url).host }, 'telegram.webhook_set');
    return undefined;
  }

  return {
    prepare: (signal) => (arrival.mode === 'webhook' ? set(arrival, signal) : remove(signal)),
    look,
  };
}
