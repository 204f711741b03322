import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import type { Log } from '../log.ts';
import { createRefusedToken } from './refused-token.ts';

const allowedUpdates = ['message', 'callback_query', 'my_chat_member'] as const;

const longPollSeconds = 25;
const retryMs = 1_000;
const confirmMs = 2_000;
/** How long unfinished updates may hold up the next look. */
const restMs = 100;
/** How long a person's text waits for what they did before; at the end everything is waited for as long. */
const patienceMs = 2_000;
/** Telegram tells a hundred updates at a time: an unfinished one farther back is let go, to leave room for new ones. */
const mostBehind = 90;
const remembered = 1_000;

/** The last updates are confirmed for the next poller only while no other can be polling. */
export type Poller = Readonly<{ start: () => void; stop: (options: { mayConfirm: boolean }) => Promise<void> }>;

/**
 * Long polling. Asking for updates confirms those before the offset, so the offset stays at the oldest one that is not
 * handled yet: a crash brings it again. What Telegram tells again meanwhile is known by its id and passed over.
 * People are served side by side, one person's updates in their order, though none waits for ever for a slow one.
 */
export function createPoller(deps: {
  api: Api;
  handle: (update: Update) => Promise<void>;
  log: Log;
  heard: () => void;
  /** Telegram answers again after a poll that failed. */
  recovered: () => void;
}): Poller {
  const { api, log } = deps;
  const refusedToken = createRefusedToken(log);
  let abort: AbortController | undefined;
  let running = Promise.resolve();
  let isFailing = false;
  /** One after the highest id this run heard of. */
  let next = 0;
  const unfinished = new Map<number, Readonly<{ person: number; done: Promise<void> }>>();
  const handled = new Set<number>();

  async function run(signal: AbortSignal): Promise<void> {
    next = 0;
    while (!signal.aborted) {
      const updates = await fetchUpdates(offset(), signal);
      if (!updates) continue;
      next = (updates.at(-1)?.update_id ?? next - 1) + 1;
      for (const update of updates) {
        if (!unfinished.has(update.update_id) && !handled.has(update.update_id)) begin(update);
      }
      await finished(restMs);
    }
  }

  function offset(): number {
    return Math.max(Math.min(next, ...unfinished.keys()), next - mostBehind);
  }

  function begin(update: Update): void {
    const { update_id: id } = update;
    const person = update.callback_query?.from.id ?? update.message?.from?.id ?? 0;
    const earlier = [...unfinished.values()].filter((other) => other.person === person).map(({ done }) => done);
    const done = handle(update, earlier).finally(() => unfinished.delete(id));
    unfinished.set(id, { person, done });
  }

  /** A press is answered within a second, whatever else its person waits for. */
  async function handle(update: Update, earlier: readonly Promise<void>[]): Promise<void> {
    await within(update.callback_query ? restMs : patienceMs, earlier);
    try {
      await deps.handle(update);
      remember(update.update_id);
    } catch (err) {
      log.warn({ err, update: update.update_id }, 'telegram.unanswered');
    }
  }

  function remember(id: number): void {
    handled.add(id);
    const [oldest] = handled;
    if (handled.size > remembered && oldest !== undefined) handled.delete(oldest);
  }

  function finished(ms: number): Promise<void> {
    return within(
      ms,
      [...unfinished.values()].map(({ done }) => done),
    );
  }

  async function confirm(): Promise<void> {
    if (next === 0) return;
    const patience = forGrammy(AbortSignal.timeout(confirmMs));
    await api.getUpdates({ offset: offset(), timeout: 0, limit: 1 }, patience).catch(() => undefined);
    next = 0;
  }

  async function fetchUpdates(offset: number, signal: AbortSignal): Promise<Update[] | undefined> {
    try {
      const updates = await api.getUpdates(
        // After a failure a short one, which tells at once that Telegram answers again.
        { offset, timeout: isFailing ? 0 : longPollSeconds, allowed_updates: allowedUpdates },
        forGrammy(signal),
      );
      deps.heard();
      refusedToken.accepted();
      if (isFailing) deps.recovered();
      isFailing = false;
      return updates;
    } catch (err) {
      if (signal.aborted) return undefined;
      isFailing = true;
      const tokenWaitMs = refusedToken.waitFor(err);
      if (tokenWaitMs !== undefined) {
        await pause(tokenWaitMs, signal);
        return undefined;
      }
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

  return {
    start: () => {
      abort = new AbortController();
      running = run(abort.signal);
    },
    stop: async ({ mayConfirm }) => {
      abort?.abort();
      await running;
      await finished(patienceMs);
      if (mayConfirm) await confirm();
    },
  };
}

/** Resolves when all of them ended, at the latest after `ms`. */
async function within(ms: number, all: readonly Promise<void>[]): Promise<void> {
  if (all.length === 0) return;
  const patience = new AbortController();
  await Promise.race([Promise.all(all), pause(ms, patience.signal)]);
  patience.abort();
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** grammY types its signals by an older package; at run time it takes the standard one. */
export function forGrammy(signal: AbortSignal): Parameters<Api['getUpdates']>[1] {
  return signal as unknown as Parameters<Api['getUpdates']>[1];
}
