import type { Clock } from './clock.ts';
import type { Update, Updates } from './updates.ts';

export type WebhookSettings = { url: string; secret: string | undefined; maxConnections: number };
export type Webhook = ReturnType<typeof createWebhook>;
/** A call the bot's server made in the body of its answer. */
type CallInAnswer = (method: string, parameters: Record<string, unknown>) => void;
type Queue = { busy: boolean; failures: number; callOff: () => void };

const ANSWER_WITHIN_MS = 60_000;
const LONGEST_PAUSE_SECONDS = 60;
const LONGEST_RETRY_AFTER = 3600;

/** Pushes updates: in order within a queue, queues side by side, failures again after growing pauses. */
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
      const queue = queues.get(update.queue) ?? { busy: false, failures: 0, callOff: () => {} };
      queues.set(update.queue, queue);
      if (queue.busy) continue;
      queue.busy = true;
      inFlight += 1;
      void push(settings, update, queue);
    }
  }

  async function push(to: WebhookSettings, update: Update, queue: Queue): Promise<void> {
    const calledOff = stopping.signal;
    const signal = AbortSignal.any([calledOff, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
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
      if (calledOff.aborted) return;
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
      if (calledOff.aborted) return;
      lastError = { at: clock.now(), message: signal.aborted ? 'Read timeout expired' : 'Connection refused' };
    }
    queue.failures += 1;
    failures += 1;
    queue.callOff = clock.after(pauseSeconds(queue.failures, retryAfter) * 1000, () => {
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
      // An answer that is no JSON is an answer like any other.
    }
  }

  function reset(): void {
    stopping.abort();
    stopping = new AbortController();
    for (const queue of queues.values()) queue.callOff();
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
  if (retryAfter !== undefined) return Math.min(retryAfter, LONGEST_RETRY_AFTER);
  return failures === 1 ? 0 : Math.min(2 ** (failures - 1), LONGEST_PAUSE_SECONDS);
}
