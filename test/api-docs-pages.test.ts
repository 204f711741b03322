import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { chromiumPath, noChromium, openBrowser, type TestBrowser } from './support/browser.ts';
import { post, type Product, startProduct } from './support/product.ts';

/** A product in sandbox mode, whose secrets are set. */
function startInSandbox(): Promise<Product> {
  return startProduct({
    env: { TELEGRAM_BOT_TOKEN: '', TELEGRAM_API_ROOT: '', TELEGRAM_CHAT_ID: '', ALLOW_UNSIGNED: 'false' },
  });
}

test('API_DOCS=off takes the pages away and leaves the document', async () => {
  const product = await startProduct({ env: { API_DOCS: 'off' } });
  onTestFinished(() => product.stop());
  const statuses = await Promise.all(
    ['/docs', '/docs/', '/redoc', '/docs/swagger-ui.css', '/redoc/redoc.js', '/openapi.json'].map(
      async (path) => (await fetch(product.baseUrl + path)).status,
    ),
  );
  expect(statuses).toEqual([404, 404, 404, 404, 404, 200]);
});

test('nothing is signed outside the sandbox, nor for anyone but the page', async () => {
  const request = JSON.stringify({ method: 'POST', path: '/webhooks/tawkto', body: '{}' });
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const fromPage = { 'sec-fetch-site': 'same-origin' };
  expect((await post(`${product.baseUrl}/docs/sign`, request, fromPage)).status).toBe(404);

  const sandbox = await startInSandbox();
  onTestFinished(() => sandbox.stop());
  const sign = (headers: Record<string, string>) => post(`${sandbox.baseUrl}/docs/sign`, request, headers);
  expect((await sign({})).status).toBe(401);
  expect((await sign({ 'sec-fetch-site': 'cross-site' })).status).toBe(401);
  expect((await sign({ ...fromPage, 'x-forwarded-for': '127.0.0.1, 203.0.113.7' })).status).toBe(401);
  expect((await sign({ ...fromPage, 'content-type': 'text/plain' })).status).toBe(422);
  expect(await sign(fromPage)).toEqual({
    status: 200,
    body: { 'X-Tawk-Signature': expect.stringMatching(/^[0-9a-f]{40}$/) },
  });
});

test('the files are compressed, and asked for again only when they changed', async () => {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const path = `${product.baseUrl}/docs/swagger-ui-bundle.js`;
  const first = await fetch(path);
  expect(first.headers.get('content-encoding')).toBe('gzip');
  expect(await first.text()).toContain('SwaggerUIBundle');
  const plain = await fetch(path, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.has('content-encoding')).toBe(false);
  expect(await plain.text()).toContain('SwaggerUIBundle');
  const again = await fetch(path, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

describe.skipIf(!chromiumPath)(`the pages${chromiumPath ? '' : ` (${noChromium})`}`, () => {
  let product: Product;
  let browser: TestBrowser;
  let page: Page;
  let problems: string[];
  beforeAll(async () => {
    [product, browser] = await Promise.all([startInSandbox(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await product.stop();
  });
  beforeEach(async () => {
    page = await browser.context.newPage();
    problems = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) => {
      const isOurs = request.url().startsWith(product.baseUrl) || request.url().startsWith('data:');
      if (!isOurs) problems.push(`asked for ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
    await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
      console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`);
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  test('Swagger UI shows every group, also at /docs/ with a query', async () => {
    await page.goto(`${product.baseUrl}/docs/?from=mail`);
    for (const tag of ['Chatwoot Integration', 'Tawk.to', 'Operations']) {
      await page.getByRole('link', { name: tag, exact: true }).first().waitFor();
    }
    expect(new URL(page.url()).pathname).toBe('/docs');
    await page.getByText('Send an alert').click();
    await page.getByText('The same key within 24 hours').waitFor();
  });

  test.each([
    ['/api/v1/chatwoot/alerts', '"Alert forwarded to Telegram"'],
    ['/api/v1/chatwoot/webhook', '"Webhook forwarded to Telegram"'],
    ['/webhooks/tawkto', '"ok"'],
    ['/api/v1/chatwoot/test', '"Test alert sent to Telegram"'],
  ])('%s can be tried, signed by the sandbox', async (path, answer) => {
    await page.goto(`${product.baseUrl}/docs`);
    const operation = page.locator('.opblock').filter({ has: page.locator(`[data-path="${path}"]`) });
    await operation.locator('.opblock-summary').click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText(answer).first().waitFor();
  });

  test('ReDoc shows the interface', async () => {
    await page.goto(`${product.baseUrl}/redoc`);
    await page.getByRole('heading', { name: 'Send an alert' }).waitFor();
    await page.getByRole('heading', { name: 'Receive a Tawk.to webhook' }).waitFor();
    await page.mouse.wheel(0, 4_000);
    await page.getByText('NEGATIVE_SENTIMENT').first().waitFor();
  });
});
