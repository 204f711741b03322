import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { preciseNow, serve } from '../support/remote.ts';

export type Storm = Readonly<{
  port: number;
  path: string;
  key: string;
  /** Conversation numbers from here on, one alert each. */
  from: number;
  count: number;
  /** Every so-manieth alert is critical; the others low, medium and high in turn. */
  criticalEvery: number;
  /** At even distances; undefined: as fast as `atOnce` allows. */
  perSecond: number | undefined;
  /** At most so many unanswered. */
  atOnce: number;
  /** Post again until it is accepted, as whoever must not lose an alert does. */
  insist: boolean;
}>;

/** One alert: when it was posted (ms since 1970), how it was answered at last, how often it was posted. */
export type Posted = Readonly<{
  conversation: number;
  isCritical: boolean;
  at: number;
  status: number;
  ms: number;
  times: number;
}>;

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const calm = ['low', 'medium', 'high'] as const;

const handlers = { post };
export type PosterHandlers = typeof handlers;
serve(handlers);

async function post(storm: Storm): Promise<Posted[]> {
  const posted: Promise<Posted>[] = [];
  const under = new Set<Promise<unknown>>();
  const begun = performance.now();
  for (let index = 0; index < storm.count; index += 1) {
    if (storm.perSecond !== undefined) {
      const early = begun + (index / storm.perSecond) * 1000 - performance.now();
      if (early > 1) await wait(early);
    }
    while (under.size >= storm.atOnce) await Promise.race(under);
    const one = postOne(storm, index);
    posted.push(one);
    const done = one.finally(() => under.delete(done));
    under.add(done);
  }
  return Promise.all(posted);
}

async function postOne(storm: Storm, index: number): Promise<Posted> {
  const conversation = storm.from + index;
  const isCritical = index % storm.criticalEvery === 0;
  const body = JSON.stringify({
    severity: isCritical ? 'critical' : calm[index % calm.length],
    reason: 'PAYMENT_ISSUE',
    conversation_id: conversation,
    customer_name: 'John Doe',
    customer_email: 'john@example.com',
    message: 'I paid twice and nothing happened. Where is my order?',
    additional_info: { order_id: `order_${conversation}` },
  });
  const at = preciseNow();
  for (let times = 1; ; times += 1) {
    const status = await send(storm, body).catch(() => 0);
    if ((status >= 200 && status < 300) || !storm.insist) {
      return { conversation, isCritical, at, status, ms: preciseNow() - at, times };
    }
    await wait(100);
  }
}

function send(storm: Storm, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${storm.key}`,
    };
    const { port, path } = storm;
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
      response.on('close', () => reject(new Error('the answer broke off')));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
