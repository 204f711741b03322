import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { parseConfig } from '../src/config/config.ts';
import { createLog } from '../src/log.ts';
import { chromiumPath, noChromium, openBrowser, type TestBrowser } from './support/browser.ts';
import { createTestDatabase } from './support/database.ts';
import { startChatwoot } from './support/chatwoot.ts';

const hasBrowser = chromiumPath !== undefined;
if (!hasBrowser) console.warn(`the sandbox's Chatwoot: ${noChromium}`);

/** As `npm start` without any setting, on a database of its own. */
async function startSandboxMode(env: Record<string, string> = {}) {
  const database = await createTestDatabase();
  const outcome = parseConfig({ DATABASE_URL: database.url, PORT: '0', ...env });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const app = createApp({ config: outcome.config, log: createLog('silent', { pretty: false }) });
  onTestFinished(async () => {
    await app.stop();
    await database.drop();
  });
  const { url, pageUrl, sandbox } = await app.start();
  if (!url || !pageUrl || !sandbox) throw new Error('not in sandbox mode');
  return { url, pageUrl, sandbox };
}

describe.skipIf(!hasBrowser)('a newcomer sees both directions without a Chatwoot account', () => {
  let browser: TestBrowser;
  let page: Page;
  let desk: FrameLocator;
  let running: Awaited<ReturnType<typeof startSandboxMode>>;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    running = await startSandboxMode();
    page = await browser.context.newPage();
    onTestFinished(() => page.close());
    await page.goto(running.pageUrl);
    await page.getByRole('tab', { name: 'Chatwoot' }).click();
    desk = page.frameLocator('iframe[title=Chatwoot]');
  });

  const card = () => page.locator('article.from-bot').filter({ hasText: 'Conversation ID' }).last();
  const said = (words: string) => desk.locator('#messages').getByText(words);
  const about = (words: string) => desk.locator('#about').getByText(words);

  async function customerWrites(words: string): Promise<void> {
    await desk.getByRole('button', { name: 'New', exact: true }).click();
    await desk.getByLabel('Customer', { exact: true }).first().fill('Jane Doe');
    await desk.getByLabel('First message').fill(words);
    await desk.getByRole('button', { name: 'Write as this customer' }).click();
    await card().getByText(words).waitFor();
  }

  async function write(as: string, words: string): Promise<void> {
    await desk.getByRole('radio', { name: as }).check();
    await desk.getByRole('textbox', { name: 'Message', exact: true }).fill(words);
    await desk.getByRole('textbox', { name: 'Message', exact: true }).press('Enter');
    await said(words).waitFor();
  }

  test('what is done in Telegram is done in Chatwoot', async () => {
    await customerWrites('Where is my parcel?');
    await card().getByRole('button', { name: 'Acknowledge' }).click();
    await said('Acknowledged by Ana in Telegram').waitFor();
    await desk.locator('#messages').getByText('from Telegram').first().waitFor();

    await card().getByRole('button', { name: 'Close' }).click();
    await card().getByRole('button', { name: 'Resolved' }).click();
    await about('resolved').waitFor();
    await desk.getByRole('button', { name: 'Reopen' }).waitFor();
    expect(running.sandbox.refusals).toEqual([]);
  });

  test('what is done in Chatwoot is shown in Telegram', async () => {
    await customerWrites('Where is my parcel?');
    await write('Customer', 'Is anybody there?');
    await card().getByText('2 messages without an answer').waitFor();

    await desk.getByLabel('Add a label').fill('VIP');
    await desk.getByLabel('Add a label').press('Enter');
    await card().getByText('labels: vip').waitFor();
    await desk.getByRole('button', { name: 'Remove the label vip' }).click();
    await card().getByText('labels: vip').waitFor({ state: 'detached' });

    await desk.getByLabel('Priority').selectOption('urgent');
    await page.locator('article.from-bot').getByText('is now CRITICAL').first().waitFor();
    await write('Agent', 'It arrives today.');
    await card().getByText('messages without an answer').waitFor({ state: 'detached' });

    await desk.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('· closed').first().waitFor();
    expect(running.sandbox.refusals).toEqual([]);
  });

  test('a label that Chatwoot would not take is refused with the reason, and nothing typed is lost', async () => {
    await customerWrites('Hello');
    await desk.getByLabel('Add a label').fill('two words');
    await desk.getByLabel('Add a label').press('Enter');
    await desk.getByRole('alert').getByText('A label has only letters').waitFor();
    expect(await desk.getByLabel('Add a label').inputValue()).toBe('two words');
  });

  test('samples happen in this Chatwoot too, and alerts are about its conversations', async () => {
    await page.getByRole('tab', { name: 'Samples' }).click();
    await page.getByRole('button', { name: /Conversation starts/ }).click();
    await page.locator('.step.fine').first().waitFor();
    await page.getByRole('button', { name: /Alert: High/ }).click();
    const alert = page.locator('article.from-bot').filter({ hasText: 'CHATWOOT ALERT - HIGH' }).last();
    await alert.getByRole('button', { name: 'Acknowledge' }).click();
    await alert.getByText('acknowledged by Ana').waitFor();
    await page.getByRole('tab', { name: 'Chatwoot' }).click();
    await desk.locator('.row').filter({ hasText: 'Acknowledged by Ana in Telegram' }).click();
    await said('Acknowledged by Ana in Telegram').waitFor();
    expect(await desk.locator('.row').count()).toBe(2);
  });

  test('an alert about a conversation that nobody knows does not close when it is acknowledged', async () => {
    await fetch(`${running.url}/api/v1/chatwoot/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ severity: 'low', reason: 'TRY', conversation_id: 4711, message: 'from a terminal' }),
    });
    await card().getByRole('button', { name: 'Acknowledge' }).click();
    await desk.locator('.row').filter({ hasText: 'Customer of #4711' }).click();
    await said('Acknowledged by Ana in Telegram').waitFor();
    await card().getByText('acknowledged by Ana').waitFor();
  });

  test('the link on a card leads to the conversation, on a page of its own', async () => {
    await customerWrites('Follow the link');
    const address = await card().getByRole('link', { name: 'View in Chatwoot' }).getAttribute('href');
    await page.goto(address ?? '');
    await page.locator('#messages').getByText('Follow the link').waitFor();
    await page.getByRole('button', { name: 'Resolve' }).waitFor();
  });

  test.each([360, 768])('fits a screen %i wide', async (width) => {
    await customerWrites(
      'A long word: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
    );
    await page.goto(new URL(`tabs/chatwoot/${new URL(page.url()).search}`, `${running.url}/sandbox/`).href);
    await page.setViewportSize({ width, height: 740 });
    await page.locator('.row').click();
    await page.locator('#messages .message').waitFor();
    const beyond = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(await beyond()).toBe(0);
  });
});

test('the panel is behind the same key, and only the page itself may act', async () => {
  const { url, pageUrl } = await startSandboxMode();
  const panel = `${url}/sandbox/tabs/chatwoot`;
  for (const path of ['/', '/stream', '/assets/chatwoot.js']) expect((await fetch(panel + path)).status).toBe(404);
  const cookie = (await fetch(pageUrl)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const act = (headers: Record<string, string>, body: object) =>
    fetch(`${panel}/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const open = { do: 'open', customer: 'Jane Doe', inboxId: 12, text: 'Hello' };
  expect((await act({ cookie, origin: 'https://evil.example' }, open)).status).toBe(404);
  expect((await act({ origin: url }, open)).status).toBe(404);
  expect((await act({ cookie, origin: url }, open)).status).toBe(200);
  const unknown = await act({ cookie, origin: url }, { do: 'status', id: 1, status: 'open' });
  expect([unknown.status, await unknown.json()]).toMatchObject([422, { message: 'there is no conversation 1' }]);
  expect((await act({ cookie, origin: url }, { do: 'dance' })).status).toBe(400);
});

test('with a Chatwoot of the operator’s own there is no panel', async (context) => {
  const peer = await startChatwoot(context);
  const { url, pageUrl } = await startSandboxMode({
    CHATWOOT_BASE_URL: peer.baseUrl(),
    CHATWOOT_ACCOUNT_ID: String(peer.accountId),
    CHATWOOT_API_TOKEN: peer.token,
  });
  const cookie = (await fetch(pageUrl)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
  expect((await fetch(`${url}/sandbox/tabs/chatwoot/`, { headers: { cookie } })).status).toBe(404);
});
