import { type Api, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import type { Log } from '../../log.ts';
import { forGrammy } from '../grammy-signal.ts';
import { createRefusedToken } from '../refused-token.ts';
import { pause, waitAtMost } from '../wait.ts';

const allowedUpdates = ['message', 'callback_query', 'my_chat_member'] as const;

const longPollSeconds = 25;
const retryMs = 1_000;
const confirmMs = 2_000;
/** How long unfinished updates may delay the next poll, and a press. */
const shortWaitMs = 100;
/** How long a person's text waits for their earlier updates, and a stop for all updates. */
const longWaitMs = 2_000;
/** Telegram sends a hundred updates at a time: an unfinished one farther back is confirmed, to leave room for new ones. */
const maxBehind = 90;
const maxRemembered = 1_000;

/** `mayConfirm`: no other process can be polling yet, so the last updates may be confirmed. */
export type Poller = Readonly<{ start: () => void; stop: (options: { mayConfirm: boolean }) => Promise<void> }>;

/**
 * Long polling. A poll confirms the updates before its offset, so the offset stays at the oldest unhandled one: after a
 * crash Telegram sends it again. Updates received twice meanwhile are recognised by their id and skipped.
 * People are served concurrently, each person's updates in order, but none waits for ever for a slow one.
 */
export function createPoller(deps: {
  api: Api;
  handle: (update: Update) => Promise<void>;
  log: Log;
  answered: () => void;
  /** Telegram answers again after a failed poll. */
  recovered: () => void;
}): Poller {
  const { api, log } = deps;
  const refusedToken = createRefusedToken(log);
  let abort: AbortController | undefined;
  let running = Promise.resolve();
  let isFailing = false;
  /** One after the highest id this run received. */
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
      await finished(shortWaitMs);
    }
  }

  function offset(): number {
    return Math.max(Math.min(next, ...unfinished.keys()), next - maxBehind);
  }

  function begin(update: Update): void {
    const { update_id: id } = update;
    const person = update.callback_query?.from.id ?? update.message?.from?.id ?? 0;
    const earlier = [...unfinished.values()].filter((other) => other.person === person).map(({ done }) => done);
    const done = handle(update, earlier).finally(() => unfinished.delete(id));
    unfinished.set(id, { person, done });
  }

  /** A press is answered within a second, even while the same person's earlier updates are still being handled. */
  async function handle(update: Update, earlier: readonly Promise<void>[]): Promise<void> {
    await waitAtMost(update.callback_query ? shortWaitMs : longWaitMs, earlier);
    try {
      await deps.handle(update);
      remember(update.update_id);
    } catch (err) {
      log.warn({ err, update: update.update_id }, 'telegram.update_unanswered');
    }
  }

  function remember(id: number): void {
    handled.add(id);
    const [oldest] = handled;
    if (handled.size > maxRemembered && oldest !== undefined) handled.delete(oldest);
  }

  function finished(ms: number): Promise<void> {
    return waitAtMost(
      ms,
      [...unfinished.values()].map(({ done }) => done),
    );
  }

  async function confirm(): Promise<void> {
    if (next === 0) return;
    const timeout = forGrammy(AbortSignal.timeout(confirmMs));
    await api.getUpdates({ offset: offset(), timeout: 0, limit: 1 }, timeout).catch(() => undefined);
    next = 0;
  }

  async function fetchUpdates(offset: number, signal: AbortSignal): Promise<Update[] | undefined> {
    try {
      const updates = await api.getUpdates(
        // After a failure a short poll, which shows at once that Telegram answers again.
        { offset, timeout: isFailing ? 0 : longPollSeconds, allowed_updates: allowedUpdates },
        forGrammy(signal),
      );
      deps.answered();
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
        const hint = 'Another program uses this bot token: stop it, or give it a bot of its own.';
        log.error({ description: err.description, hint }, 'telegram.poll_conflict');
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
      await finished(longWaitMs);
      if (mayConfirm) await confirm();
    },
  };
}
