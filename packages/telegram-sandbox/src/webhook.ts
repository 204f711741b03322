import type { Clock } from './clock.ts';
import type { Update, Updates } from './updates.ts';

export type WebhookSettings = { url: string; secret: string | undefined; maxConnections: number };
export type Webhook = ReturnType<typeof createWebhook>;
/** A call the bot's server made in the body of its answer. */
type CallInAnswer = (method: string, parameters: Record<string, unknown>) => void;
type Queue = { busy: boolean; failures: number; cancelRetry: () => void };

const ANSWER_TIMEOUT_MS = 60_000;
const MAX_PAUSE_SECONDS = 60;
const MAX_RETRY_AFTER_SECONDS = 3600;

/** Pushes updates: one at a time per queue, queues in parallel. Failures are retried after growing pauses. */
export function createWebhook(clock: Clock, updates: Updates, callInAnswer: CallInAnswer, changed: () => void) {
  let failures = 0;
  let settings: WebhookSettings | undefined;
  let lastError: { at: number; message: string } | undefined;
  let stopping = new AbortController();
  const queues = new Map<string, Queue>();

  function pump(): void {
    if (!settings) return;
    let inFlight = [...queues.values()].filter((queue) => queue.busy).length;
    const seen = new Set<string>();
    for (const update of updates.pending()) {
      if (seen.has(update.queue) || inFlight >= settings.maxConnections) continue;
      seen.add(update.queue);
      const queue = queues.get(update.queue) ?? { busy: false, failures: 0, cancelRetry: () => {} };
      queues.set(update.queue, queue);
      if (queue.busy) continue;
      queue.busy = true;
      inFlight += 1;
      void push(settings, update, queue);
    }
  }

  async function push(to: WebhookSettings, update: Update, queue: Queue): Promise<void> {
    const stopped = stopping.signal;
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
    let retryAfter: number | undefined;
    try {
      const response = await fetch(to.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(to.secret ? { 'x-telegram-bot-api-secret-token': to.secret } : {}),
        },
        body: JSON.stringify(update.body),
        redirect: 'manual',
        signal,
      });
      const answer = await response.text();
      if (stopped.aborted) return;
      if (response.ok) {
        queue.busy = false;
        queue.failures = 0;
        updates.confirmOne(update);
        executeAnswer(answer);
        changed();
        pump();
        return;
      }
      lastError = {
        at: clock.now(),
        message: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
      };
      retryAfter = Number(response.headers.get('retry-after')) || undefined;
    } catch {
      if (stopped.aborted) return;
      lastError = { at: clock.now(), message: signal.aborted ? 'Read timeout expired' : 'Connection refused' };
    }
    queue.failures += 1;
    failures += 1;
    queue.cancelRetry = clock.after(pauseSeconds(queue.failures, retryAfter) * 1000, () => {
      queue.busy = false;
      pump();
    });
    changed();
  }

  function executeAnswer(answer: string): void {
    if (!answer.startsWith('{')) return;
    try {
      const { method, ...parameters } = JSON.parse(answer) as Record<string, unknown>;
      if (typeof method === 'string' && !/^(?:get|setWebhook|deleteWebhook|close|logOut)/i.test(method)) {
        callInAnswer(method, parameters);
      }
    } catch {
      // Telegram ignores a body that is not JSON.
    }
  }

  function reset(): void {
    stopping.abort();
    stopping = new AbortController();
    for (const queue of queues.values()) queue.cancelRetry();
    queues.clear();
  }

  return {
    pump,
    settings: () => settings,
    lastError: () => lastError,
    failures: () => failures,
    set(next: WebhookSettings | undefined): void {
      settings = next;
      lastError = undefined;
      reset();
      pump();
    },
    stop: reset,
  };
}

/** At once, then 2, 4, 8 … 60 seconds, unless the server asked for another pause. */
function pauseSeconds(failures: number, retryAfter: number | undefined): number {
  if (retryAfter !== undefined) return Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS);
  return failures === 1 ? 0 : Math.min(2 ** (failures - 1), MAX_PAUSE_SECONDS);
}
