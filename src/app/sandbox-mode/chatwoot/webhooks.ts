import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventJson, railsJson } from './event-json.ts';
import type { PeerEvent, Webhook } from './records.ts';
import type { World } from './world.ts';

/** What may go wrong on the way; each a chance from 0 to 1, `delayMs` the longest delay. */
export type WebhookFaults = Readonly<{ lose: number; double: number; reorder: number; delayMs: number }>;

/** `ms`: how long it took until the answer. */
export type SentWebhook = Readonly<{
  event: string;
  conversationId: number;
  result: number | 'lost' | 'failed';
  ms: number;
}>;

export type WebhookSender = Readonly<{
  post: (event: PeerEvent) => void;
  setFaults: (faults: Partial<WebhookFaults>) => void;
  /** What happened to each delivery, the oldest first. Chatwoot itself keeps no such list. */
  sent: () => readonly SentWebhook[];
  /** Resolves when nothing is on its way any more. */
  idle: () => Promise<void>;
  stop: () => void;
}>;

const noFaults: WebhookFaults = { lose: 0, double: 0, reorder: 0, delayMs: 0 };
/** Chatwoot's `WEBHOOK_TIMEOUT`; there is no second attempt. */
const timeoutMs = 5_000;

/** Posts each event once to every webhook that subscribes to it, signed as Chatwoot 4.15 signs. `random`: from 0 to 1. */
export function createWebhookSender(deps: {
  world: () => World;
  baseUrl: () => string;
  random: () => number;
}): WebhookSender {
  const { random } = deps;
  const sent: SentWebhook[] = [];
  const waiting: PeerEvent[] = [];
  const stopping = new AbortController();
  let faults = noFaults;
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    // The first of two job queues: the body is built a moment after the change.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const index = random() < faults.reorder ? Math.floor(random() * waiting.length) : 0;
      const [event] = waiting.splice(index, 1);
      if (!event || stopping.signal.aborted) return;
      const world = deps.world();
      const body = railsJson(eventJson(world, deps.baseUrl(), event));
      for (const webhook of world.webhooks.filter(({ subscriptions }) => subscriptions.includes(event.event))) {
        await deliver(webhook, event, body);
      }
    }
  }

  async function deliver(webhook: Webhook, event: PeerEvent, body: string): Promise<void> {
    const about = { event: event.event, conversationId: event.conversation.id };
    if (random() < faults.lose) {
      sent.push({ ...about, result: 'lost', ms: 0 });
      return;
    }
    if (faults.delayMs > 0)
      await sleep(random() * faults.delayMs, undefined, { signal: stopping.signal }).catch(() => {});
    const id = randomUUID();
    const times = random() < faults.double ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const began = performance.now();
      const result = await post(webhook, id, body, stopping.signal);
      sent.push({ ...about, result, ms: Math.round(performance.now() - began) });
    }
  }

  return {
    post: (event) => {
      waiting.push(event);
      working ??= work().finally(() => {
        working = undefined;
      });
    },
    setFaults: (given) => {
      faults = { ...noFaults, ...given };
    },
    sent: () => sent,
    idle: async () => {
      while (working) await working;
    },
    stop: () => stopping.abort(),
  };
}

async function post(webhook: Webhook, id: string, body: string, stopped: AbortSignal): Promise<SentWebhook['result']> {
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const mac = createHmac('sha256', webhook.secret).update(`${timestamp}.${body}`).digest('hex');
  try {
    const answer = await fetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'Ruby',
        'x-chatwoot-delivery': id,
        'x-chatwoot-timestamp': timestamp,
        'x-chatwoot-signature': `sha256=${mac}`,
      },
      body,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 'failed';
  }
}
