import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createApp } from '../../src/app.ts';
import { demoEnv, fillDemo } from '../../src/commands/demo.ts';
import { describeProblems, parseConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import type { Sandbox } from 'telegram-sandbox';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import type { SampleRequest } from '../../src/app/sandbox-mode/samples/chatwoot-sample.ts';
import { chatEnd, chatStart, chatTranscript, tawkRequest } from '../../src/app/sandbox-mode/samples/tawk-sample.ts';
import { openBrowser } from './browser.ts';
import { openChat } from './chat.ts';
import { dashboardCode } from './dashboard.ts';
import { takeSetUp } from './take-set-up.ts';

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

const undecided = {
  chatId: randomUUID(),
  customer: { name: 'Priya Nair', email: 'priya.nair@example.com', city: 'Kochi', country: 'IN', language: 'en' },
  text: 'Hello! Can I still change the delivery date of my order?',
  startedAt: new Date(),
};
const names = ['Kenji Watanabe', 'Grace Adeyemi', 'Tomás Herrera', 'Jane Doe', 'Priya Nair'];
const reasons = ['The courier never came', 'Charged twice for one order', 'The cake arrived crushed'];

function stormAlert(count: number): object {
  return {
    severity: count % 3 === 0 ? 'low' : 'medium',
    reason: reasons[count % reasons.length],
    conversation_id: 20_000 + count,
    customer_name: names[count % names.length],
    message: 'Please help me with this.',
  };
}

await inDataDir((dataDir) => takeSetUp(dataDir, takeSettled));
await inSandboxMode((dataDir) => ({ DATA_DIR: dataDir, PORT: '0' }), takeAll);
await inSandboxMode((dataDir) => demoEnv({ DATA_DIR: dataDir, PORT: '0' }), takeNumbers);

type Taking = (url: string, pageUrl: string, sandbox: Sandbox) => Promise<void>;

async function inSandboxMode(envIn: (dataDir: string) => NodeJS.ProcessEnv, take: Taking): Promise<void> {
  await inDataDir(async (dataDir) => takeIn(envIn(dataDir), take));
}

async function takeIn(env: NodeJS.ProcessEnv, take: Taking): Promise<void> {
  const outcome = parseConfig(env);
  if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
  const { config } = outcome;
  const log = createLog('warn', { pretty: true });
  if (take === takeNumbers) await fillDemo(config, log, { now: new Date(), print: console.log });
  const app = createApp({ config, log });
  try {
    const { url, pageUrl, sandbox } = await app.start();
    if (!url || !pageUrl || !sandbox) throw new Error('the screens are of sandbox mode');
    await take(url, pageUrl, sandbox);
  } finally {
    await app.stop();
  }
}

async function inDataDir(work: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bellhop-screens-'));
  // As root PostgreSQL runs as another user, who may enter.
  await chmod(dataDir, 0o755);
  await work(dataDir).finally(() => rm(dataDir, { recursive: true, force: true }));
}

/** The numbers of `npm run demo`. */
async function takeNumbers(url: string, pageUrl: string, sandbox: Sandbox): Promise<void> {
  const team = openChat({ sandbox });
  for (const [name, command] of [
    ['stats', '/stats 7d'],
    ['friction', '/stats 30d friction'],
  ] as const) {
    await takeCard(pageUrl, name, (await team.ask(command, SEED.carla)).message_id);
  }
  for (const [name, options] of [
    ['dashboard-light', { colorScheme: 'light', viewport: { width: 1280, height: 1500 } }],
    ['dashboard-dark', { colorScheme: 'dark', viewport: { width: 1280, height: 1500 } }],
    ['dashboard-phone', { colorScheme: 'dark', viewport: { width: 390, height: 1400 }, deviceScaleFactor: 2 }],
  ] as const) {
    const browser = await openBrowser(options);
    try {
      const page = await browser.context.newPage();
      await page.goto(`${url}/dashboard#code=${await dashboardCode({ sandbox }, SEED.carla)}`);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await takeSettled(page, name);
    } finally {
      await browser.close();
    }
  }
}

async function takeAll(url: string, pageUrl: string, sandbox: Sandbox): Promise<void> {
  await post(url, '/api/v1/chatwoot/alerts', outraged);
  const card = await shown(sandbox, 'WHERE IS MY REFUND');
  await takeCard(pageUrl, 'card', card);
  await sandbox.press({ chatId: SEED.supportTeam, messageId: card, button: 'Acknowledge', by: SEED.ana });

  const browser = await openBrowser({ colorScheme: 'light' });
  try {
    const page = await browser.context.newPage();
    await page.goto(pageUrl);
    await page.getByRole('button', { name: /Conversation starts/ }).click();
    await shown(sandbox, 'CHATWOOT CONVERSATION');
    await send(url, tawkRequest('chat:start', chatStart(undecided, undecided.startedAt), undefined));
    const chat = await shown(sandbox, 'TAWK CHAT');
    await send(url, tawkRequest('chat:end', chatEnd(undecided, new Date()), undefined));
    await send(url, tawkRequest('chat:transcript_created', chatTranscript(undecided), undefined));
    await page.getByText('transcript-').first().waitFor();
    await sandbox.press({ chatId: SEED.supportTeam, messageId: chat, button: 'Acknowledge', by: SEED.ana });
    await page.getByText('acknowledged by Ana').nth(1).waitFor();
    await takeSettled(page, 'sandbox-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await takeSettled(page, 'sandbox-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: /Support team/ }).click();
    await takeSettled(page, 'sandbox-phone');
  } finally {
    await browser.close();
  }

  sandbox.flood = 'realistic';
  const storm = Array.from({ length: 60 }, (_, count) => stormAlert(count));
  await Promise.all(storm.map((alert) => post(url, '/api/v1/chatwoot/alerts', alert)));
  await takeCard(pageUrl, 'storm', await shown(sandbox, 'STORM'));
}

/** One message of the team's chat with its buttons, at twice the size. */
async function takeCard(pageUrl: string, name: string, messageId: number): Promise<void> {
  const browser = await openBrowser({ deviceScaleFactor: 2 });
  try {
    const page = await browser.context.newPage();
    // High enough that the chat's head covers nothing of the card.
    await page.setViewportSize({ width: 1280, height: 2600 });
    await page.goto(pageUrl);
    const card = page.locator(`[data-id="${messageId}"] .column`);
    await card.waitFor();
    await page.waitForTimeout(2_500);
    await card.screenshot({ path: pathOf(name) });
  } finally {
    await browser.close();
  }
}

/** Colours fade, what has just changed is marked for a moment, and notices go. */
async function takeSettled(page: Page, name: string): Promise<void> {
  await page.locator('.toast').waitFor({ state: 'detached', timeout: 30_000 });
  await page.waitForTimeout(2_500);
  await page.screenshot({ path: pathOf(name) });
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

async function send(
  url: string,
  { path, headers, body }: Pick<SampleRequest, 'path' | 'headers' | 'body'>,
): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

function post(url: string, path: string, body: object): Promise<void> {
  return send(url, { path, headers: {}, body: JSON.stringify(body) });
}
