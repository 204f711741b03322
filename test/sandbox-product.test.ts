import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ServedPage, servePage } from 'telegram-sandbox/page';
import { createPage } from '../src/app/sandbox-mode/page.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { createIsLocalRequest } from '../src/http/local-request.ts';
import { createLog } from '../src/log.ts';
import { waitUntil } from './support/wait.ts';
import { chromiumPath, noChromium, openBrowser, type TestBrowser } from './support/browser.ts';
import { type Product, secrets, startProduct } from './support/product.ts';

const hasBrowser = chromiumPath !== undefined;
if (!hasBrowser) console.warn(`sandbox page with the product: ${noChromium}`);

describe.skipIf(!hasBrowser)('a newcomer tries Bellhop in a browser', () => {
  let product: Product;
  let served: ServedPage;
  let browser: TestBrowser;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    product = await startProduct();
    const target = () => ({
      baseUrl: product.baseUrl,
      chatwootSecret: secrets.chatwoot,
      alertKey: secrets.alertKey,
      tawkSecret: secrets.tawk,
    });
    const log = createLog('silent', { pretty: false });
    const isLocalRequest = createIsLocalRequest([]);
    served = await servePage(
      createPage({ sandbox: product.sandbox, key: 'page-key', isLocalRequest, target, now: () => new Date(), log }),
    );
    page = await browser.context.newPage();
    await page.goto(`${served.url}/?key=page-key`);
  });
  afterEach(async () => {
    await page?.close();
    await served?.stop();
    await product?.stop();
  });

  const actAs = (name: string) => page.getByRole('radio', { name: new RegExp(name) }).check({ force: true });
  const cardWith = (words: string) => page.locator('article.from-bot').filter({ hasText: words }).last();
  const toast = (words: string | RegExp) => page.locator('.toast').filter({ hasText: words }).waitFor();
  const step = (name: string) => page.locator(`#step-${name}.done`).waitFor();

  test('a sample becomes a card; two people press; it is closed; numbers follow', async () => {
    await page.getByRole('button', { name: 'Send a sample' }).click();
    const card = cardWith('CHATWOOT ALERT - HIGH');
    await card.waitFor();
    await step('send');
    await step('card');

    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await toast(/yours/);
    await card.getByText('acknowledged by Ana').waitFor();
    await card.getByText('edited').waitFor();
    await step('acknowledge');

    await actAs('Ben');
    await card.getByRole('button', { name: 'Close' }).click();
    await card.getByRole('button', { name: 'Resolved' }).click();
    await card.getByText('closed by Ben · resolved').waitFor();
    await step('close');

    await page.getByRole('button', { name: '/stats' }).click();
    await cardWith('Stats for today').waitFor();
    await step('stats');
  });

  test('whoever presses second learns that', async () => {
    await page.getByRole('button', { name: /Alert: Critical/ }).click();
    const card = cardWith('CHATWOOT ALERT - CRITICAL');
    await card.waitFor();
    // Both look at the same buttons: the second presses what the first has just pressed.
    const { chatId } = product;
    const sent = product.sandbox.messages(chatId).findLast(({ text }) => text?.includes('CRITICAL'));
    const messageId = sent?.message_id ?? 0;
    const data = sent?.reply_markup?.inline_keyboard?.[0]?.[0]?.['callback_data'];
    await actAs('Ana');
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await card.getByText('acknowledged by Ana').waitFor();
    const answer = await product.sandbox.pressData({ chatId, messageId, data: String(data), by: SEED.ben });
    expect(answer?.text).toContain('Already acknowledged by Ana');
  });

  test('Send /open to list open incidences', async () => {
    await page.getByRole('button', { name: /Alert: Low/ }).click();
    await cardWith('CHATWOOT ALERT - LOW').waitFor();
    await page.getByLabel('Message', { exact: true }).fill('/open');
    await page.getByLabel('Message', { exact: true }).press('Enter');
    await cardWith('Open: ').waitFor();
  });

  test('/stats typed out is sent, though something might come after it', async () => {
    const field = page.getByLabel('Message', { exact: true });
    // The page asks for the bot's commands when typing begins; on a busy machine they are set a little later.
    await waitUntil(async () => {
      await field.fill('');
      await field.fill('/stats');
      const option = page.locator('[data-command=stats]');
      return option.waitFor({ timeout: 1_000 }).then(
        () => true,
        () => false,
      );
    });
    await field.press('Enter');
    await cardWith('Stats for today').waitFor();
  });

  test('a chat ends, and its transcript can be read', async () => {
    await page.getByRole('button', { name: /Tawk.to: Chat starts/ }).click();
    await cardWith('TAWK CHAT').waitFor();
    await page
      .getByRole('button', { name: /transcript/ })
      .first()
      .click();
    await page
      .getByRole('button', { name: /^Open transcript-/ })
      .last()
      .click();
    await page.getByRole('dialog').frameLocator('iframe').getByText('paid and confirmed').waitFor();
    await page.keyboard.press('Escape');
  });

  test('every other sample is taken', async () => {
    for (const name of [/Alert: Medium/, /Chatwoot: Conversation starts/, /Chatwoot: .*resolved/, /Tawk.to: Ticket/]) {
      await Promise.all([page.waitForResponse('**/act'), page.getByRole('button', { name }).click()]);
      await page.locator('.step.fine').first().waitFor();
      expect(await page.locator('.step.bad').count()).toBe(0);
    }
    await cardWith('TAWK TICKET').waitFor();
  });

  test('a stranger’s press changes nothing and is answered with the reason', async () => {
    await page.getByRole('button', { name: /Alert: Low/ }).click();
    const card = cardWith('CHATWOOT ALERT - LOW');
    await card.waitFor();
    await actAs('Dmitri');
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
    await card.getByText('· open').waitFor();
  });
});
