import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { describeProblems, parseConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { SEED } from '../../src/sandbox/seed.ts';
import { openBrowser } from './browser.ts';

// `npm run screens`: the pictures in docs/, of the product as it is now, in sandbox mode.

const docs = join(import.meta.dirname, '../../docs');
const outraged = {
  severity: 'high',
  reason: 'PAYMENT_ISSUE',
  conversation_id: 12_345,
  customer_name: 'Jane Doe',
  customer_email: 'jane@example.com',
  message: 'I paid twice for the same order and nobody answers. WHERE IS MY REFUND???',
  timestamp: new Date().toISOString().replace(/\.\d+/, ''),
  chatwoot_url: 'https://chatwoot.example.com/app/accounts/1/conversations/12345',
  additional_info: { order_id: 'ORD-20931', cart_value: 4_200 },
};

const dataDir = await mkdtemp(join(tmpdir(), 'bellhop-screens-'));
// As root PostgreSQL runs as another user, who may enter.
await chmod(dataDir, 0o755);
const outcome = parseConfig({ DATA_DIR: dataDir, PORT: '0' });
if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
const app = createApp({ config: outcome.config, log: createLog('warn', { pretty: true }) });
try {
  const { url, sandbox } = await app.start();
  if (!url || !sandbox) throw new Error('the screens are of sandbox mode');
  await takeAll(url, sandbox);
} finally {
  await app.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function takeAll(url: string, sandbox: Sandbox): Promise<void> {
  await post(`${url}/api/v1/chatwoot/alerts`, outraged);
  const card = await shown(sandbox, 'WHERE IS MY REFUND');
  await takeCard(url, 'card', card);
  await sandbox.press({ chatId: SEED.supportTeam, messageId: card, button: 'Acknowledge', by: SEED.ana });

  const { context, close } = await openBrowser({ hasTouch: true, colorScheme: 'light' });
  try {
    const page = await context.newPage();
    await page.goto(`${url}/sandbox`);
    await page.getByRole('button', { name: /Conversation starts/ }).click();
    await shown(sandbox, 'CHATWOOT CONVERSATION');
    await page.getByRole('button', { name: /Chat starts/ }).click();
    const chat = await shown(sandbox, 'TAWK CHAT');
    await page.getByRole('button', { name: /ends, transcript/ }).click();
    await page.getByText('transcript-').first().waitFor();
    await sandbox.press({ chatId: SEED.supportTeam, messageId: chat, button: 'Acknowledge', by: SEED.ana });
    await page.getByText('acknowledged by Ana').last().waitFor();
    await page.screenshot({ path: pathOf('sandbox-light') });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: pathOf('sandbox-dark') });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: pathOf('sandbox-phone') });
  } finally {
    await close();
  }

  sandbox.flood = 'realistic';
  const samples = ['alert-medium', 'alert-high', 'alert-low'];
  for (let count = 0; count < 60; count += 1) {
    await post(`${url}/sandbox/act`, { do: 'sample', name: samples[count % samples.length] }, { origin: url });
  }
  await takeCard(url, 'storm', await shown(sandbox, 'STORM'));
}

/** One message of the team's chat with its buttons, at twice the size. */
async function takeCard(url: string, name: string, messageId: number): Promise<void> {
  const { context, close } = await openBrowser({ deviceScaleFactor: 2 });
  try {
    const page = await context.newPage();
    await page.goto(`${url}/sandbox`);
    await page.locator(`[data-id="${messageId}"] .column`).screenshot({ path: pathOf(name) });
  } finally {
    await close();
  }
}

function pathOf(name: string): string {
  return join(docs, `${name}.png`);
}

/** Resolves with the number of the newest message of the team's chat that says this. */
async function shown(sandbox: Sandbox, words: string): Promise<number> {
  const read = () => sandbox.messages(SEED.supportTeam).findLast((message) => message.text?.includes(words));
  const message = await sandbox.waitFor(read, { what: `a message with "${words}"`, timeoutMs: 120_000 });
  return message.message_id;
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}
