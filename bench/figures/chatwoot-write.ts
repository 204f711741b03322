import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ChatwootPeer, createChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { atEnd } from '../support/cleanup.ts';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';
import { productEnv, secrets, startProduct } from '../support/product.ts';
import { alertPath } from '../support/storm.ts';
import { startTelegram } from '../support/sandbox.ts';

/** From a press of Acknowledge to the private note in an idle Chatwoot; beside that note posted to it straight. */
export const chatwootWrite: Figure = { name: 'chatwoot-write', run };

const targetMs = 250;
const restMs = 200;

async function run(bench: Bench): Promise<Row[]> {
  const presses = bench.quick ? 10 : 100;
  const peer = createChatwootPeer();
  await peer.start();
  atEnd(peer.stop);
  const server = await startServer();
  const telegram = await startTelegram('off');
  const env = {
    ...productEnv(await server.create('chatwoot_write'), telegram.apiRoot),
    CHATWOOT_BASE_URL: peer.baseUrl(),
    CHATWOOT_ACCOUNT_ID: String(peer.accountId),
    CHATWOOT_API_TOKEN: peer.token,
    CHATWOOT_RECONCILE_SECONDS: '0',
  };
  const output = join(await temporaryDirectory(), 'chatwoot-write.log');
  const { port } = await startProduct({ env, output, unlimited: true });

  const ours: number[] = [];
  const straight: number[] = [];
  for (let press = 0; press < presses; press += 1) {
    const { id } = peer.open();
    await alert(port, id);
    await wait(restMs);
    const begun = Date.now();
    await telegram.call('acknowledge', 'press', `alert number ${id}.`);
    ours.push((await noteAt(peer, id)) - begun);
    straight.push(await post(peer, id));
    await wait(restMs);
  }
  const [mine, other] = [quantile(ours, 0.95), quantile(straight, 0.95)];
  return [
    row(`Press → the note is in Chatwoot, p95 of ${presses}, against posting that note straight`, {
      ours: `${plain(mine)} ms`,
      baseline: `${plain(other)} ms`,
      ratio: plain(mine / other),
      target: `≤ ${targetMs} ms`,
      ok: mine <= targetMs,
    }),
  ];
}

async function alert(port: number, conversation: number): Promise<void> {
  const message = `alert number ${conversation}.`;
  const response = await fetch(`http://127.0.0.1:${port}${alertPath}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.alertKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ severity: 'medium', reason: 'BENCH', conversation_id: conversation, message }),
  });
  if (!response.ok) throw new Error(`the alert was answered ${response.status}`);
}

/** When (ms since 1970) the conversation got its note. */
async function noteAt(peer: ChatwootPeer, id: number): Promise<number> {
  for (;;) {
    const note = peer.conversation(id).messages.find((message) => message.private);
    if (note) return note.createdAt.getTime();
    await wait(1);
  }
}

/** How long (ms) Chatwoot takes for a note, connection and all. */
async function post(peer: ChatwootPeer, id: number): Promise<number> {
  const begun = performance.now();
  const url = `${peer.baseUrl()}/api/v1/accounts/${peer.accountId}/conversations/${id}/messages`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'api-access-token': peer.token, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'Acknowledged by Ana in Telegram', private: true }),
  });
  await answer.arrayBuffer();
  return performance.now() - begun;
}
