import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { chromiumPath, noChromium, openBrowser } from './support/browser.ts';
import { openChat } from './support/chat.ts';
import { dashboardCode } from './support/dashboard.ts';
import { postAlert, type Product, startProduct } from './support/product.ts';
import { alertOf } from './support/world.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = { width: 390, height: 844 };

describe.skipIf(!chromiumPath)(`the pages${chromiumPath ? '' : ` (${noChromium})`}`, () => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ env: { PUBLIC_URL: 'https://bellhop.example.com' } });
    // Four of each severity; the first is acknowledged.
    for (const [index, severity] of (['critical', 'high', 'medium', 'low'] as const).entries()) {
      const said = { customer_name: 'Aïcha Ünal مرحبا', additional_info: { current_screen: 'checkout' } };
      await postAlert(product, { ...alertOf(index + 1, severity), ...said });
    }
    const team = openChat(product);
    await team.waitForText('Conversation ID: #4');
    await team.press(1, 'Acknowledge');
  });
  afterAll(() => product.stop());

  async function signedIn(options: Parameters<typeof openBrowser>[0] = {}): Promise<Page> {
    const browser = await openBrowser({ viewport: phone, ...options });
    onTestFinished(() => browser.close());
    const page = await browser.context.newPage();
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(product.baseUrl) && !request.url().startsWith('data:')) outside.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 40[14]/.test(message.text())) outside.push(message.text());
    });
    onTestFinished(() => expect(outside).toEqual([]));
    await page.goto(`${product.baseUrl}/dashboard#code=${await dashboardCode(product, SEED.carla)}`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    return page;
  }

  test.each([
    ['dark', phone],
    ['light', { width: 1280, height: 900 }],
  ] as const)('axe finds nothing serious, %s', async (colorScheme, viewport) => {
    const page = await signedIn({ colorScheme, viewport });
    for (const path of ['', '/open', '/find?q=say', '/incidence/1', '/incidence/99']) {
      await page.goto(`${product.baseUrl}/dashboard${path}`);
      // By the debugger, since the page's policy forbids scripts from elsewhere.
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect([path, serious.map(({ id, nodes }) => [id, nodes[0]?.html])]).toEqual([path, []]);
      const widths = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
      expect(widths[0]).toBeLessThanOrEqual(widths[1]);
    }
  });

  test('the list follows by itself what happens in Telegram', async () => {
    const page = await signedIn();
    await page.goto(`${product.baseUrl}/dashboard/open`);
    const list = page.getByRole('main').getByRole('listitem');
    await postAlert(product, alertOf(1000, 'critical'));
    await list.filter({ hasText: 'Say number 1000' }).waitFor();
    const id = Number(/#(\d+)/.exec((await list.filter({ hasText: 'Say number 1000' }).textContent()) ?? '')?.[1]);
    await openChat(product).waitForCard(id, 'Say number 1000');
    await openChat(product).press(id, 'Acknowledge', SEED.ben);
    await list.filter({ hasText: 'Say number 1000' }).filter({ hasText: 'Ben' }).waitFor();
    expect(await list.count()).toBe(5);
  });

  test('the list shows what happened while its stream was not open', async () => {
    const page = await signedIn();
    const opening = Promise.withResolvers<void>();
    await page.route('**/dashboard/live', async (route) => {
      await opening.promise;
      await route.continue();
    });
    await page.goto(`${product.baseUrl}/dashboard/open`);
    await postAlert(product, alertOf(1001, 'critical'));
    await openChat(product).waitForText('Say number 1001');
    opening.resolve();
    await page.getByRole('main').getByRole('listitem').filter({ hasText: 'Say number 1001' }).waitFor();
  });

  test('period, grouping and filters stand in the address', async () => {
    const page = await signedIn();
    await page.getByRole('link', { name: '30 days' }).click();
    await page.getByRole('link', { name: 'Agent' }).click();
    expect(new URL(page.url()).search).toBe('?period=30d&by=agent');
    await page.getByRole('link', { name: 'Open', exact: true }).click();
    await page.getByLabel('Severity').selectOption('high');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await page.getByText('1 incidence').count()).toBe(1);
    await page.getByRole('link', { name: /#2/ }).click();
    await page.getByRole('heading', { name: 'Incidence #2' }).waitFor();
    expect(await page.getByText('TEST').count()).toBeGreaterThan(0);
  });

  test('a page that was left open says how to sign in once the session ended', async () => {
    const page = await signedIn();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Send /dashboard to the bot').waitFor();
    await page.goto(`${product.baseUrl}/dashboard#code=used`);
    await page.reload();
    await page.getByText('was used or has expired').waitFor();
  });
});
