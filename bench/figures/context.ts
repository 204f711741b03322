import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadHandlers } from '../processes/load.ts';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { median, plain, quantile, spread } from '../support/numbers.ts';
import { productEnv, secrets, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';
import { startTelegram, type Telegram } from '../support/sandbox.ts';

/** What a shop's backend tells of a visitor: until the card shows it, beside a new chat's card; and how many are taken a second, beside Tawk.to's webhooks. */
export const context: Figure = { name: 'context', run };

const contextKey = 'bench-tawk-context-key-0123456789';
const contextPath = '/api/v1/tawk/context';
const webhookPath = '/webhooks/tawkto';
const chat = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/fixtures/tawk/real__chat-start__basic.json'), 'utf8'),
);

async function run(bench: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('off');
  const product = await startProduct({
    env: { ...productEnv(await server.create('ours'), telegram.apiRoot), TAWK_CONTEXT_KEY: contextKey },
    output: join(directory, 'product.log'),
    unlimited: true,
  });
  const shown = await measureShown(product.port, telegram, bench.quick ? 20 : 200);
  await product.stop();
  const receiver = await startProduct({
    env: {
      ...productEnv(await server.create('received'), 'http://127.0.0.1:1'),
      TAWK_CONTEXT_KEY: contextKey,
      ROLES: 'http',
    },
    output: join(directory, 'receiver.log'),
  });
  const taken = await measureTaken(receiver.port, bench);
  return [shown, taken];
}

async function measureShown(port: number, telegram: Telegram, count: number): Promise<Row> {
  const edits: number[] = [];
  const sends: number[] = [];
  // The first ones warm both up.
  for (let index = -10; index < count; index += 1) {
    const chatId = `chat-${index + 10}`;
    const cart = 1_000_000 + index;
    const started = await post(port, webhookPath, webhookBody(chatId, `Hello number ${cart}`));
    const sentAfter = (await arrival(telegram, 'sendMessage', `number ${cart}`)) - started;
    const told = await post(port, contextPath, JSON.stringify({ chatId, attributes: { user_tier: `T${cart}` } }));
    const editedAfter = (await arrival(telegram, 'editMessageText', `T${cart}`)) - told;
    if (index >= 0) sends.push(sentAfter);
    if (index >= 0) edits.push(editedAfter);
  }
  const p95 = quantile(edits, 0.95);
  return row(
    `Context posted → card edited at Telegram, p95 (${count} idle chats), against a chat's start → card sent`,
    {
      ours: `${plain(p95)} ms`,
      baseline: `${plain(quantile(sends, 0.95))} ms`,
      ratio: plain(p95 / quantile(sends, 0.95)),
      target: '≤ 500 ms',
      ok: p95 <= 500,
    },
  );
}

async function measureTaken(port: number, bench: Bench): Promise<Row> {
  const loader = startRemote<LoadHandlers>(new URL('../processes/load.ts', import.meta.url));
  const connections = 64;
  const ms = bench.quick ? 1_000 : 3_000;
  const attributes = { user_id: 'user_12345', user_tier: 'GOLD', current_screen: 'CHECKOUT', cart_value: 25_000 };
  const ours = JSON.stringify({ chatId: 'chat-0', email: 'asha.rao@example.com', attributes });
  const theirs = webhookBody('chat-0', 'Hello');
  const load = async (path: string, body: string, during = ms) => {
    const result = await loader.call('post', {
      port,
      path,
      headers: headersOf(path, body),
      body: Buffer.from(body),
      connections,
      ms: during,
    });
    const { 200: _, ...others } = result.statuses;
    if (Object.keys(others).length > 0) throw new Error(`not all were accepted: ${JSON.stringify(result.statuses)}`);
    return result.perSecond;
  };
  await load(contextPath, ours, 2_000);
  await load(webhookPath, theirs, 2_000);
  const contexts: number[] = [];
  const webhooks: number[] = [];
  for (let round = 0; round < (bench.quick ? 2 : 5); round += 1) {
    contexts.push(await load(contextPath, ours));
    webhooks.push(await load(webhookPath, theirs));
  }
  const ratios = contexts.map((perSecond, round) => perSecond / (webhooks[round] ?? Number.NaN));
  return row(`Intake of contexts, ${connections} connections, against webhooks of Tawk.to`, {
    ours: spread(contexts, '/s'),
    baseline: spread(webhooks, '/s'),
    ratio: spread(ratios),
    target: '≥ 0.8',
    ok: median(ratios) >= 0.8,
  });
}

function webhookBody(chatId: string, text: string): string {
  const message = { ...chat.message, text };
  return JSON.stringify({ ...chat, chatId, message, visitor: { ...chat.visitor, email: `${chatId}@example.com` } });
}

function headersOf(path: string, body: string): Record<string, string> {
  if (path === webhookPath) return { 'X-Tawk-Signature': createHmac('sha1', secrets.tawk).update(body).digest('hex') };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', contextKey).update(`${timestamp}.${body}`).digest('hex');
  return { 'X-Bellhop-Timestamp': timestamp, 'X-Bellhop-Signature': `sha256=${mac}` };
}

/** When it was posted, in ms since 1970; resolves with the answer. */
async function post(port: number, path: string, body: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json', ...headersOf(path, body) };
  const at = Date.now();
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return at;
}

/** When the first call with these words came. */
async function arrival(telegram: Telegram, method: string, words: string): Promise<number> {
  const endAt = Date.now() + 30_000;
  for (;;) {
    const found = (await telegram.call('sends')).find((send) => send.method === method && send.text.includes(words));
    if (found) return found.at;
    if (Date.now() > endAt) throw new Error(`no ${method} with "${words}" within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
