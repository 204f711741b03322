import { type Api, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { pause } from '../../database/pause.ts';
import type { Log } from '../../log.ts';
import { forGrammy } from '../grammy-signal.ts';
import { createRefusedToken } from '../refused-token.ts';
import type { Serving } from './serving.ts';

export const allowedUpdates = ['message', 'callback_query', 'my_chat_member'] as const;

const longPollSeconds = 25;
const retryMs = 1_000;
const confirmMs = 2_000;
/** How long unfinished updates may delay the next poll. */
const pollWaitMs = 100;
/** How long a stop waits for unfinished updates. */
export const stopWaitMs = 2_000;
/** Telegram sends a hundred updates at a time: an unfinished one farther back is confirmed, to leave room for new ones. */
const maxBehind = 90;
const maxRemembered = 1_000;

/** `mayConfirm`: no other process can be polling yet, so the last updates may be confirmed. */
export type Poller = Readonly<{ start: () => void; stop: (options: { mayConfirm: boolean }) => Promise<void> }>;

/**
 * Long polling. A poll confirms the updates before its offset, so the offset stays at the oldest unhandled one: after a
 * crash Telegram sends it again. Updates received twice meanwhile are recognised by their id and skipped.
 */
export function createPoller(deps: {
  api: Api;
  serving: Serving;
  /** Which of these updates arrived in another way before: by a webhook that was ours. */
  findKnown: (ids: readonly number[]) => Promise<readonly number[]>;
  /** There is a webhook, which polling excludes. Resolves when there is none any more. */
  webhookFound: (signal: AbortSignal) => Promise<unknown>;
  log: Log;
  answered: () => void;
  /** Telegram answers again after a failed poll. */
  recovered: () => void;
}): Poller {
  const { api, log, serving } = deps;
  const refusedToken = createRefusedToken(log);
  let abort: AbortController | undefined;
  let running = Promise.resolve();
  let isFailing = false;
  /** One after the highest id this run received. */
  let next = 0;
  const handled = new Set<number>();

  async function run(signal: AbortSignal): Promise<void> {
    next = 0;
    while (!signal.aborted) {
      const updates = await fetchUpdates(offset(), signal);
      if (!updates) continue;
      next = (updates.at(-1)?.update_id ?? next - 1) + 1;
      const unfinished = serving.unfinished();
      const isNew = ({ update_id: id }: Update) => !unfinished.includes(id) && !handled.has(id);
      await beginAll(updates.filter(isNew));
      await serving.finished(pollWaitMs);
    }
  }

  function offset(): number {
    return Math.max(Math.min(next, ...serving.unfinished()), next - maxBehind);
  }

  async function beginAll(updates: readonly Update[]): Promise<void> {
    if (updates.length === 0) return;
    const ids = updates.map((update) => update.update_id);
    const known = await deps.findKnown(ids).catch((): readonly number[] => []);
    for (const update of updates) {
      if (known.includes(update.update_id)) remember(update.update_id);
      else void serving.begin(update).then((isHandled) => isHandled && remember(update.update_id));
    }
  }

  function remember(id: number): void {
    handled.add(id);
    const [oldest] = handled;
    if (handled.size > maxRemembered && oldest !== undefined) handled.delete(oldest);
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
      if (err instanceof GrammyError && err.error_code === 409 && err.description.includes('webhook is active')) {
        await deps.webhookFound(signal);
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
      await serving.finished(stopWaitMs);
      if (mayConfirm) await confirm();
    },
  };
}
