import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import type { Log } from '../log.ts';

const allowedUpdates = ['message', 'callback_query', 'my_chat_member'] as const;

const longPollSeconds = 25;
const retryMs = 1_000;
const confirmMs = 2_000;
/** How long a batch may hold up the next one; a slower handler goes on beside it. */
const patienceMs = 2_000;

/** The last batch is confirmed for the next poller only while no other can be polling. */
export type Poller = Readonly<{ start: () => void; stop: (options: { mayConfirm: boolean }) => Promise<void> }>;

/**
 * Long polling. A batch is confirmed by asking for the next one, so only after it was handled: a crash in between
 * brings its updates again. People are served side by side, one person's updates in their order.
 */
export function createPoller(deps: {
  api: Api;
  handle: (update: Update) => Promise<void>;
  log: Log;
  heard: () => void;
}): Poller {
  const { api, log } = deps;
  let abort: AbortController | undefined;
  let running = Promise.resolve();
  let offset = 0;

  async function run(signal: AbortSignal): Promise<void> {
    offset = 0;
    while (!signal.aborted) {
      const updates = await fetchUpdates(offset, signal);
      if (!updates) continue;
      offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
      await handleBatch(updates);
    }
  }

  async function confirm(): Promise<void> {
    if (offset === 0) return;
    const patience = forGrammy(AbortSignal.timeout(confirmMs));
    await api.getUpdates({ offset, timeout: 0, limit: 1 }, patience).catch(() => undefined);
    offset = 0;
  }

  async function fetchUpdates(offset: number, signal: AbortSignal): Promise<Update[] | undefined> {
    try {
      const updates = await api.getUpdates(
        { offset, timeout: longPollSeconds, allowed_updates: allowedUpdates },
        forGrammy(signal),
      );
      deps.heard();
      return updates;
    } catch (err) {
      if (signal.aborted) return undefined;
      if (err instanceof GrammyError && err.error_code === 409) {
        log.error(
          { description: err.description },
          'telegram.other_poller: another program uses this bot token; stop it',
        );
      } else log.warn({ err }, 'telegram.poll_failed');
      const seconds = err instanceof GrammyError ? (err.parameters.retry_after ?? 1) : 1;
      await pause(seconds * retryMs, signal);
      return undefined;
    }
  }

  async function handleBatch(updates: readonly Update[]): Promise<void> {
    const perPerson = Map.groupBy(updates, (update) => update.callback_query?.from.id ?? update.message?.from?.id ?? 0);
    const all = Promise.all(
      [...perPerson.values()].map(async (theirs) => {
        for (const update of theirs) await deps.handle(update);
      }),
    );
    const patience = new AbortController();
    await Promise.race([all, pause(patienceMs, patience.signal)]);
    patience.abort();
  }

  return {
    start: () => {
      abort = new AbortController();
      running = run(abort.signal);
    },
    stop: async ({ mayConfirm }) => {
      abort?.abort();
      await running;
      if (mayConfirm) await confirm();
    },
  };
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** grammY types its signals by an older package; at run time it takes the standard one. */
export function forGrammy(signal: AbortSignal): Parameters<Api['getUpdates']>[1] {
  return signal as unknown as Parameters<Api['getUpdates']>[1];
}
