import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserOptions, chromiumPath, noChromium, openBrowser, type TestBrowser } from './support/browser.ts';
import { type FakeTawk, startFakeTawk } from './support/fake-tawk.ts';
import { type Product, startProduct } from './support/product.ts';
import { type Shop, startShop } from './support/shop.ts';
import type { ShopPage } from './support/shop-page.ts';
import { waitUntil } from './support/wait.ts';

test('without the ids of a widget the page says what to set', async () => {
  const product = await startProduct();
  const response = await fetch(`${product.baseUrl}/chat-page`);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('Set TAWK_PROPERTY_ID and TAWK_WIDGET_ID');
  await product.stop();
});

describe.skipIf(!chromiumPath)(`the chat page${chromiumPath ? '' : ` (${noChromium})`}`, () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
  let product: Product;
  let browser: TestBrowser;
  let tawk: FakeTawk;
  let shop: Shop;
  let stranger: Shop;
  const frame = () => `<iframe src="${product.baseUrl}/chat-page"></iframe>`;
  beforeAll(async () => {
    [tawk, shop, stranger, browser] = await Promise.all([
      startFakeTawk(),
      startShop(frame),
      startShop(() => ''),
      openBrowser(phone),
    ]);
    const tawkSettings = { TAWK_PROPERTY_ID: 'abc123', TAWK_WIDGET_ID: 'default', TAWK_EMBED_URL: tawk.url };
    product = await startProduct({ env: { ...tawkSettings, SHOP_ORIGINS: shop.origin } });
  });
  afterEach(() => tawk.serve('script'));
  afterAll(async () => {
    await browser.close();
    await Promise.all([product.stop(), tawk.stop(), shop.stop(), stranger.stop()]);
  });

  const problems = new WeakMap<Page, string[]>();
  /** A page whose errors and refusals by the policy are remembered. */
  async function newPage({ context }: TestBrowser = browser): Promise<Page> {
    const page = await context.newPage();
    const seen: string[] = [];
    problems.set(page, seen);
    page.on('pageerror', (error) => seen.push(error.message));
    page.on('console', (line) => line.text().includes('Content Security Policy') && seen.push(line.text()));
    return page;
  }
  async function done(page: Page): Promise<void> {
    expect(problems.get(page)).toEqual([]);
    await page.close();
  }
  const open = async (page: Page) => void (await page.goto(`${product.baseUrl}/chat-page`));
  const isReady = (page: Page) => page.waitForSelector('body[data-state="ready"]');
  const attributes = (page: Page) =>
    page.evaluate(() => Object.fromEntries((globalThis as unknown as ShopPage).fakeTawk.attributes));
  const arrives = (page: Page, key: string, value: string) =>
    waitUntil(async () => (await attributes(page))[key] === value);

  test('opens the widget over the whole screen, with the context that was set before it loaded', async () => {
    const page = await newPage();
    const visitor = { name: `Asha "A" <b>`, email: 'asha@example.com', hash: 'a'.repeat(64) };
    await page.addInitScript((context) => Object.assign(globalThis, { BELLHOP_CONTEXT: context }), {
      ...visitor,
      user_id: 'u1',
      current_screen: 'CHECKOUT',
    });
    await open(page);
    await isReady(page);
    await arrives(page, 'current-screen', 'CHECKOUT');
    expect(await page.evaluate(() => (globalThis as unknown as ShopPage).fakeTawk.visitor)).toEqual(visitor);
    const box = await page.locator('#tawk_abc123').boundingBox();
    expect(box).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    const calls = await page.evaluate(() => (globalThis as unknown as ShopPage).fakeTawk.calls);
    expect(calls.filter(({ refused }) => refused)).toEqual([]);
    expect(calls.map(({ method }) => method)).toContain('maximize');
    await done(page);
  });

  test.each([
    ['from the page itself', `postMessage({ type: 'bellhop:context', context: { current_screen: 'CART' } })`],
    [
      'by a WebView, as text',
      `dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type: 'bellhop:context', context: { current_screen: 'CART' } }) }))`,
    ],
    [
      "by Android's WebView, on the document",
      `document.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type: 'bellhop:context', context: { current_screen: 'CART' } }) }))`,
    ],
  ])('takes context that is posted later %s', async (_, code) => {
    const page = await newPage();
    await open(page);
    await isReady(page);
    await page.evaluate(code);
    await arrives(page, 'current-screen', 'CART');
    await done(page);
  });

  test('ignores messages that are none of ours', async () => {
    const page = await newPage();
    await open(page);
    await isReady(page);
    for (const data of [
      'null',
      '7',
      `'{'`,
      `{ type: 'other' }`,
      `{ type: 'bellhop:context' }`,
      `{ type: 'bellhop:context', context: 'x' }`,
    ])
      await page.evaluate(`postMessage(${data})`);
    await page.evaluate(`postMessage({ type: 'bellhop:context', context: { current_screen: 'LAST' } })`);
    await arrives(page, 'current-screen', 'LAST');
    expect(await attributes(page)).toEqual({ 'current-screen': 'LAST' });
    await done(page);
  });

  test('takes context from the shop that holds it in a frame', async () => {
    const page = await newPage();
    await page.goto(shop.origin);
    const inner = page.frames()[1];
    if (!inner) throw new Error('no frame');
    await inner.waitForSelector('body[data-state="ready"]');
    await page.evaluate(`frames[0].postMessage({ type: 'bellhop:context', context: { current_screen: 'CART' } }, '*')`);
    await waitUntil(async () =>
      inner.evaluate(() => (globalThis as unknown as ShopPage).fakeTawk.attributes.get('current-screen') === 'CART'),
    );
    await done(page);
  });

  test('takes nothing from a stranger that opened it, and does not let itself be framed by one', async () => {
    const page = await newPage();
    await page.goto(stranger.origin);
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate(`window.opened = window.open('${product.baseUrl}/chat-page'); undefined`),
    ]);
    await isReady(popup);
    await page.evaluate(`opened.postMessage({ type: 'bellhop:context', context: { user_id: 'thief' } }, '*')`);
    await popup.evaluate(`postMessage({ type: 'bellhop:context', context: { current_screen: 'LAST' } })`);
    await arrives(popup, 'current-screen', 'LAST');
    expect(await attributes(popup)).toEqual({ 'current-screen': 'LAST' });
    await popup.close();
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '${product.baseUrl}/chat-page' }))`,
    );
    await waitUntil(() => problems.get(page)?.some((line) => line.includes('frame-ancestors')));
    await page.close();
  });

  test('says so when the widget cannot be loaded, and opens it after Try again, with what came meanwhile', async () => {
    tawk.serve('error');
    const page = await newPage();
    await open(page);
    await page.waitForSelector('body[data-state="failed"]');
    expect(await page.getByRole('alert').innerText()).toContain('The chat could not be opened');
    await page.evaluate(`postMessage({ type: 'bellhop:context', context: { current_screen: 'CART' } })`);
    await page.getByRole('button', { name: 'Try again' }).tap();
    await page.waitForSelector('body[data-state="failed"]');
    tawk.serve('script');
    await page.getByRole('button', { name: 'Try again' }).tap();
    await isReady(page);
    await arrives(page, 'current-screen', 'CART');
    await done(page);
  });

  test('says so when our own scripts do not come, and loads them again after Try again', async () => {
    const page = await newPage();
    await page.route('**/tawk/context.js', (route) => route.abort());
    await open(page);
    await page.waitForSelector('body[data-state="failed"]');
    await page.unroute('**/tawk/context.js');
    await page.route('**/tawk/chat-page.js', (route) => route.abort());
    await page.getByRole('button', { name: 'Try again' }).tap();
    await page.waitForSelector('body[data-state="loading"]');
    expect(await page.getByText('Opening the chat').isVisible()).toBe(true);
    await page.evaluate(
      'for (const animation of document.getAnimations()) if (animation.animationName !== "turn") animation.finish()',
    );
    expect(await page.getByText('The chat could not be opened').isVisible()).toBe(true);
    expect(await page.getByText('Opening the chat').isVisible()).toBe(false);
    await page.unroute('**/tawk/chat-page.js');
    await page.getByRole('button', { name: 'Try again' }).tap();
    await isReady(page);
    await done(page);
  });

  test('opens with a slash at the end of its address too', async () => {
    const page = await newPage();
    await page.goto(`${product.baseUrl}/chat-page/`);
    await isReady(page);
    await done(page);
  });

  test('takes nothing from a frame of a stranger that is gone when its message arrives', async () => {
    const page = await newPage();
    await page.goto(stranger.origin);
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate(`window.opened = window.open('${product.baseUrl}/chat-page'); undefined`),
    ]);
    await isReady(popup);
    await page.evaluate(`{
      const frame = document.body.appendChild(document.createElement('iframe'));
      frame.contentWindow.eval("parent.opened.postMessage({ type: 'bellhop:context', context: { user_id: 'thief' } }, '*')");
      frame.remove();
    }`);
    await popup.evaluate(`postMessage({ type: 'bellhop:context', context: { current_screen: 'LAST' } })`);
    await arrives(popup, 'current-screen', 'LAST');
    expect(await attributes(popup)).toEqual({ 'current-screen': 'LAST' });
    await popup.close();
    await page.close();
  });

  test('hostile context executes nothing and the page goes on', async () => {
    const page = await newPage();
    await page.addInitScript(() => {
      const pollution = JSON.parse('{"__proto__": {"polluted": 1}}') as object;
      const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key_${index}`, 'x'.repeat(4_000)]));
      const hostile = `'};window.executed=1;//</script><script>window.executed=1</script>`;
      Object.assign(globalThis, {
        BELLHOP_CONTEXT: { current_screen: hostile, name: hostile, user_id: 'u1', ...many, ...pollution },
      });
    });
    await open(page);
    await isReady(page);
    await arrives(page, 'user-id', 'u1');
    expect(await page.evaluate(`[window.executed, ({}).polluted]`)).toEqual([undefined, undefined]);
    const calls = await page.evaluate(() => (globalThis as unknown as ShopPage).fakeTawk.calls);
    expect(calls.filter(({ refused }) => refused)).toEqual([]);
    await done(page);
  });

  test.each<[BrowserOptions['colorScheme'], string]>([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(23, 25, 28)'],
  ])('is %s where the phone is', async (colorScheme, background) => {
    tawk.serve('error');
    const own = await openBrowser({ ...phone, ...(colorScheme && { colorScheme }) });
    const page = await newPage(own);
    await open(page);
    await page.waitForSelector('body[data-state="failed"]');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await own.close();
  });
});
