import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { type ByDesk, changeByDesk } from '../../test/support/chatwoot-agreement.ts';
import { secrets } from './product.ts';
import { alertPath } from './storm.ts';

/** What was accepted, and what the desk's people did. */
export type Traffic = Readonly<{
  /** Posted to us and accepted: its delivery id. */
  accepted: Set<string>;
  /** Of events at Chatwoot. */
  atDesk: () => number;
  /** Tawk.to's chats whose transcript was accepted. */
  transcripts: Set<string>;
  conversations: ReadonlyMap<number, ByDesk>;
  /** Resolves when the last one is accepted. */
  done: Promise<void>;
}>;

const directory = new URL('../../test/fixtures/tawk/', import.meta.url);
const fixture = (name: string) => JSON.parse(readFileSync(new URL(`real__${name}.json`, directory), 'utf8')) as object;
const [chatStart, chatEnd, transcript] = ['chat-start__basic', 'chat-end__basic', 'chat-transcript__short'].map(
  fixture,
);

/** Of a hundred events; the rest is done at the desk. */
const alerts = 55;
const chats = 25;
/** Conversations that something happens to at a time. */
const atOnce = 100;
/** Events of one chat: it starts, the visitor returns, it ends, and its transcript comes. */
const eventsOfChat = 10;

/** Alerts and Tawk.to's events go to these ports in turn, again until they are accepted; Chatwoot's webhooks are its own doing. */
export function startTraffic(
  options: Readonly<{ ports: readonly number[]; peer: ChatwootPeer; perSecond: number; seconds: number }>,
): Traffic {
  const { ports, peer, perSecond, seconds } = options;
  const accepted = new Set<string>();
  const transcripts = new Set<string>();
  const conversations = new Map<number, ByDesk>();
  let atDesk = 0;

  async function post(turn: number, path: string, id: string, body: string, headers: Record<string, string>) {
    for (let attempt = turn; ; attempt += 1) {
      const url = `http://127.0.0.1:${ports[attempt % ports.length]}${path}`;
      const answer = await fetch(url, { method: 'POST', body, headers }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.ok) return void accepted.add(id);
      if (answer && answer.status < 500) throw new Error(`${path} answered ${answer.status} to ${body}`);
      await wait(100);
    }
  }

  /** Each twentieth alert is of a new conversation. */
  function alert(number: number) {
    const conversation = 1_000_000 + Math.floor(number / 20) + Math.floor(Math.random() * atOnce);
    const severity = ['low', 'medium', 'medium', 'high', 'critical'][number % 5];
    const message = `Alert ${number}: I paid twice and nothing happened`;
    const body = {
      severity,
      reason: 'PAYMENT_ISSUE',
      conversation_id: conversation,
      customer_name: 'John Doe',
      message,
    };
    const id = `alert-${number}`;
    return post(number, alertPath, `key:${id}`, JSON.stringify(body), {
      authorization: `Bearer ${secrets.alertKey}`,
      'content-type': 'application/json',
      'idempotency-key': id,
    });
  }

  async function chat(number: number) {
    // As many at a time, each further on than the one after it.
    const step = Math.floor(number / atOnce) % eventsOfChat;
    const chatId = `chat-${Math.floor(number / (atOnce * eventsOfChat))}-${number % atOnce}`;
    const time = new Date().toISOString();
    const said = step < eventsOfChat - 2 ? chatStart : step === eventsOfChat - 2 ? chatEnd : transcript;
    const given = { ...said, chatId, time };
    const body = JSON.stringify('chat' in given ? { ...given, chat: { ...Object(given.chat), id: chatId } } : given);
    const id = `tawk-${number}`;
    await post(number, '/webhooks/tawkto', id, body, {
      'content-type': 'application/json',
      'x-tawk-signature': createHmac('sha1', secrets.tawk).update(body).digest('hex'),
      'x-hook-event-id': id,
    });
    if (said === transcript) transcripts.add(chatId);
  }

  function desk(number: number) {
    atDesk += 1;
    const newest = [...conversations.keys()].slice(-atOnce);
    const id = newest[Math.floor(Math.random() * newest.length)];
    const dice = number % 20;
    if (id === undefined || dice === 0) return void conversations.set(peer.open().id, { labels: new Map() });
    const byDesk = conversations.get(id) ?? { labels: new Map() };
    const { labels } = peer.conversation(id);
    if (dice < 12) return void peer.customerWrites(id, `Message ${number}: any news?`);
    if (dice < 15) return void peer.agentWrites(id, 'We are looking into it');
    if (dice < 17) return changeByDesk(peer, id, { labels: labels.includes('vip') ? [] : ['vip'] }, byDesk);
    if (dice === 17) return changeByDesk(peer, id, { priority: number % 40 < 20 ? 'high' : 'urgent' }, byDesk);
    changeByDesk(peer, id, { status: dice === 18 ? 'resolved' : 'open' }, byDesk);
  }

  async function all(): Promise<void> {
    const under = new Set<Promise<void>>();
    const counts = { alerts: 0, chats: 0, desk: 0 };
    const begun = performance.now();
    for (let index = 0; index < perSecond * seconds; index += 1) {
      const early = begun + (index / perSecond) * 1000 - performance.now();
      if (early > 1) await wait(early);
      // A product that cannot keep up is asked no faster than it answers.
      while (under.size >= 1_000) await Promise.race(under);
      const part = (index * 37) % 100;
      if (part >= alerts + chats) {
        desk(counts.desk++);
        continue;
      }
      const one = part < alerts ? alert(counts.alerts++) : chat(counts.chats++);
      const done = one.finally(() => under.delete(done));
      under.add(done);
    }
    await Promise.all(under);
    await peer.webhooks.idle();
  }

  return { accepted, atDesk: () => atDesk, transcripts, conversations, done: all() };
}
