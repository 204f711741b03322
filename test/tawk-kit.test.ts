import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, noChromium, openBrowser, type TestBrowser } from './support/browser.ts';
import { type FakeTawk, startFakeTawk } from './support/fake-tawk.ts';
import { type Product, startProduct } from './support/product.ts';
import { type Shop, startShop } from './support/shop.ts';
import type { ShopPage } from './support/shop-page.ts';
import { waitUntil } from './support/wait.ts';

test('the kit is one file of at most 6 kB, gzipped', () => {
  const file = readFileSync(new URL('../src/tawk/browser/context.js', import.meta.url));
  expect(gzipSync(file, { level: 9 }).length).toBeLessThanOrEqual(6_000);
});

const jsApiKey = 'test-javascript-api-key-0123456789';
const sessionSecret = 'test-session-secret-0123456789abcdef';

describe.skipIf(!chromiumPath)(`the kit in a shop's page${chromiumPath ? '' : ` (${noChromium})`}`, () => {
  let product: Product;
  let browser: TestBrowser;
  let tawk: FakeTawk;
  let shop: Shop;
  let head = '';
  beforeAll(async () => {
    [tawk, shop, browser] = await Promise.all([startFakeTawk(), startShop(() => head), openBrowser()]);
    product = await startProduct({
      env: { TAWK_JS_API_KEY: jsApiKey, APP_SESSION_SECRET: sessionSecret, SHOP_ORIGINS: shop.origin },
    });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([product.stop(), tawk.stop(), shop.stop()]);
  });

  const kit = () => `<script src="${product.baseUrl}/tawk/context.js"></script>`;
  const widget = () => `<script src="${tawk.url}/property/widget"></script>`;
  const inline = (code: string) => `<script>${code}</script>`;

  /** Opens the shop's page with this in its head. Errors of the page fail the test. */
  async function open(...parts: string[]): Promise<Page> {
    head = parts.join('\n');
    const page = await browser.context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(shop.origin);
    Object.assign(page, { errors });
    return page;
  }
  const errorsOf = (page: Page) => (page as unknown as { errors: string[] }).errors;
  const calls = (page: Page, method: string) =>
    page.evaluate(
      (name) => (globalThis as unknown as ShopPage).fakeTawk.calls.filter((call) => call.method === name),
      method,
    );
  const attributes = (page: Page) =>
    page.evaluate(() => Object.fromEntries((globalThis as unknown as ShopPage).fakeTawk.attributes));
  const refusals = async (page: Page) =>
    (await page.evaluate(() => (globalThis as unknown as ShopPage).fakeTawk.calls)).filter((call) => call.refused);
  /** Adds Tawk's script to a page that is open already. */
  const addWidget = (page: Page) => page.addScriptTag({ url: `${tawk.url}/property/widget` });
  async function done(page: Page): Promise<void> {
    expect(errorsOf(page)).toEqual([]);
    await page.close();
  }

  test.each([
    ['before it', () => [widget(), kit()]],
    ['after it', () => [kit(), widget()]],
  ])('context reaches a widget that comes %s', async (_, order) => {
    const page = await open(...order());
    await page.evaluate(() => {
      const { ChatContextManager: manager, updateSupportContext } = globalThis as unknown as ShopPage;
      manager.updateContext({ user_id: 'user_12345', userTier: 'GOLD', past_orders: 15, tags: ['tier_gold', 'event'] });
      manager.setOrder('order_9');
      updateSupportContext('CHECKOUT', 25000, 0.7);
    });
    await waitUntil(async () => (await attributes(page))['friction-score'] !== undefined);
    expect(await attributes(page)).toEqual({
      'user-id': 'user_12345',
      'user-tier': 'GOLD',
      'past-orders': '15',
      'order-id': 'order_9',
      'current-screen': 'CHECKOUT',
      'cart-value': '25000',
      'friction-score': '0.7',
    });
    await waitUntil(async () => (await calls(page, 'addTags')).length > 0);
    expect((await calls(page, 'addTags'))[0]?.given).toEqual(['tier_gold', 'event']);
    expect(await refusals(page)).toEqual([]);
    await done(page);
  });

  test('a widget that comes long after, and once more, gets the whole context each time', async () => {
    const page = await open(kit());
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('MENU'));
    await addWidget(page);
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'MENU');
    await page.evaluate(`history.pushState({}, '', '/cart')`);
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('CART'));
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'CART');
    await addWidget(page);
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'CART');
    await done(page);
  });

  test('without a widget nothing throws, and the kit twice is the kit once', async () => {
    const page = await open(kit());
    await page.evaluate(() => {
      const shopPage = globalThis as unknown as ShopPage;
      shopPage.seen = [shopPage.ChatContextManager];
      shopPage.ChatContextManager.updateContext({ user_id: 'u1' });
      for (const given of [undefined, null, 'x', 7, [1], () => 1]) shopPage.ChatContextManager.updateContext(given);
      shopPage.ChatContextManager.setCart('a lot', null);
      shopPage.openChat();
      shopPage.minimizeChat();
      shopPage.toggleSupportWidget(Number.NaN);
    });
    await page.addScriptTag({ url: `${product.baseUrl}/tawk/context.js` });
    const isSame = await page.evaluate(() => {
      const { ChatContextManager: manager, seen } = globalThis as unknown as ShopPage;
      return manager === seen[0] && manager.currentContext['user_id'] === 'u1';
    });
    expect(isSame).toBe(true);
    await done(page);
  });

  test.each([
    ['before the kit', (own: string) => [own, kit(), widget()]],
    ['after the kit', (own: string) => [kit(), own, widget()]],
  ])("the shop's own callbacks, set %s, are still called", async (_, order) => {
    const own = inline(`window.seen = []; window.Tawk_API = window.Tawk_API || {};
      Tawk_API.onLoad = () => seen.push('load');
      Tawk_API.onChatStarted = (data) => seen.push(data.chatId);`);
    const page = await open(...order(own));
    await page.evaluate(() => {
      (globalThis as unknown as ShopPage).ChatContextManager.setScreen('MENU');
      (globalThis as unknown as ShopPage).fakeTawk.startChat({ chatId: 'chat-1' });
    });
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'MENU');
    expect(await page.evaluate(() => (globalThis as unknown as ShopPage).seen)).toEqual(['load', 'chat-1']);
    await done(page);
  });

  test('many updates are few calls, at most two a second, with the newest state', async () => {
    const page = await open(kit(), widget());
    await page.evaluate(async () => {
      for (let value = 1; value <= 60; value += 1) {
        (globalThis as unknown as ShopPage).ChatContextManager.setCart(value, 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await waitUntil(async () => (await attributes(page))['cart-value'] === '60');
    const sent = await calls(page, 'setAttributes');
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(495);
    expect(sent.length).toBeLessThan(30);
    await done(page);
  });

  test.each(['SERVER_ERROR', 'SESSION_EXPIRED'])('after %s the newest state is sent again', async (code) => {
    const page = await open(inline(`window.fakeTawk = { failures: ['${code}'] }`), kit(), widget());
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('MENU'));
    await waitUntil(async () => (await calls(page, 'setAttributes')).length === 2);
    expect((await calls(page, 'setAttributes')).map(({ refused }) => refused)).toEqual([code, undefined]);
    await done(page);
  });

  test('a refusal that stays is reported once and not repeated; the next state is sent', async () => {
    const page = await open(
      inline(`window.fakeTawk = { failures: ['ACCESS_ERROR', 'ACCESS_ERROR'] }`),
      kit(),
      widget(),
    );
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    await page.evaluate(() => {
      const shopPage = globalThis as unknown as ShopPage;
      shopPage.problems = [];
      shopPage.ChatContextManager.configure({
        debug: true,
        onError: (problem: unknown) => {
          shopPage.problems.push(problem);
          throw new Error('the shop itself is broken');
        },
      });
      shopPage.ChatContextManager.setScreen('MENU');
    });
    const problems = () => page.evaluate(() => (globalThis as unknown as ShopPage).problems);
    await waitUntil(async () => (await problems()).length === 1);
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('CART'));
    await waitUntil(async () => (await problems()).length === 2);
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('PAYMENT'));
    await waitUntil(async () => (await calls(page, 'setAttributes')).length === 3);
    expect(await problems()).toEqual([{ code: 'ACCESS_ERROR' }, { code: 'ACCESS_ERROR' }]);
    expect(lines.filter((line) => line.includes('Bellhop'))).toHaveLength(1);
    await done(page);
  });

  test('a widget that never calls back still gets every newest state', async () => {
    const page = await open(inline('window.fakeTawk = { isSilent: true }'), kit(), widget());
    for (const screen of ['MENU', 'CART']) {
      await page.evaluate((name) => (globalThis as unknown as ShopPage).ChatContextManager.setScreen(name), screen);
      await waitUntil(async () => (await attributes(page))['current-screen'] === screen);
    }
    await done(page);
  });

  test('hostile context executes nothing, pollutes nothing, and what is good of it arrives', async () => {
    const page = await open(kit(), widget());
    await page.evaluate(() => {
      const manager = (globalThis as unknown as ShopPage).ChatContextManager;
      manager.updateContext(
        JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}'),
      );
      manager.updateContext({
        current_screen: `'};alert(1);//</script><img src=x onerror=alert(1)>`,
        '<script>alert(1)</script>': 'a key',
        empty: '',
        nothing: null,
        nested: { a: 1 },
        list: [1],
        run: () => 1,
        odd: Number.NaN,
        huge: 'x'.repeat(1_000_000),
        'naïve key / with spaces': 'kept',
        tags: ['', 'a', 'a', null, ...Array.from({ length: 20 }, (_, index) => `tag-${index}`)],
      });
      manager.updateContext(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key_${index}`, index])));
    });
    await waitUntil(async () => Object.keys(await attributes(page)).length === 50);
    const there = await attributes(page);
    expect(there['current-screen']).toContain('</script>');
    expect(there['na-ve-key-with-spaces']).toBe('kept');
    expect(there['huge']).toHaveLength(255);
    for (const key of ['empty', 'nothing', 'nested', 'list', 'run', 'odd', 'proto', 'constructor'])
      expect(Object.keys(there)).not.toContain(key);
    expect(await page.evaluate(() => Reflect.get({}, 'polluted'))).toBeUndefined();
    await waitUntil(async () => (await calls(page, 'addTags')).length > 0);
    expect((await calls(page, 'addTags')).map(({ given }) => (given as string[]).length)).toEqual([10]);
    expect(await refusals(page)).toEqual([]);
    await done(page);
  });

  test('tags that are no longer wanted are removed', async () => {
    const page = await open(kit(), widget());
    const there = () => page.evaluate(() => [...(globalThis as unknown as ShopPage).fakeTawk.tags]);
    await page.evaluate(() =>
      (globalThis as unknown as ShopPage).ChatContextManager.updateContext({ tags: ['a', 'b'] }),
    );
    await waitUntil(async () => (await there()).length === 2);
    await page.evaluate(() =>
      (globalThis as unknown as ShopPage).ChatContextManager.updateContext({ tags: ['b', 'c'] }),
    );
    await waitUntil(async () => (await there()).includes('c'));
    expect(await there()).toEqual(['b', 'c']);
    await done(page);
  });

  const tokenFor = (claims: Record<string, unknown>) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(sessionSecret));
  const hashOf = (text: string) => createHmac('sha256', jsApiKey).update(text).digest('hex');

  test('secure login: the visitor before the widget, login after it', async () => {
    const page = await open(kit());
    const token = await tokenFor({ email: 'Asha@Example.com ', sub: 'user_1' });
    const isKnown = await page.evaluate(
      ([hashUrl, bearer]) =>
        (globalThis as unknown as ShopPage).initTawkSecure({ hashUrl, token: () => bearer, name: 'Asha' }),
      [`${product.baseUrl}/api/tawk-hash`, token],
    );
    expect(isKnown).toBe(true);
    await addWidget(page);
    expect(await page.evaluate(() => (globalThis as unknown as ShopPage).fakeTawk.visitor)).toEqual({
      name: 'Asha',
      email: 'asha@example.com',
      hash: hashOf('asha@example.com'),
    });
    await waitUntil(async () => (await calls(page, 'login')).length === 1);
    expect((await calls(page, 'login'))[0]).toMatchObject({
      given: { hash: hashOf('user_1'), userId: 'user_1', name: 'Asha', email: 'asha@example.com' },
    });
    expect(await refusals(page)).toEqual([]);
    await done(page);
  });

  test('secure login by e-mail alone, after the widget loaded, and a refused token', async () => {
    const page = await open(kit(), widget());
    const login = (token: string) =>
      page.evaluate(
        ([hashUrl, bearer]) =>
          (globalThis as unknown as ShopPage).initTawkSecure({ hashUrl, token: bearer, name: 'Asha' }),
        [`${product.baseUrl}/api/tawk-hash`, token],
      );
    await page.evaluate(() => {
      const shopPage = globalThis as unknown as ShopPage;
      shopPage.problems = [];
      shopPage.ChatContextManager.configure({ onError: (problem: unknown) => shopPage.problems.push(problem) });
    });
    expect(await login('not a token')).toBe(false);
    expect(await page.evaluate(() => (globalThis as unknown as ShopPage).problems)).toMatchObject([
      { code: 'LOGIN_FAILED' },
    ]);
    expect(await login(await tokenFor({ email: 'asha@example.com' }))).toBe(true);
    await waitUntil(async () => (await attributes(page))['email'] === 'asha@example.com');
    expect(await refusals(page)).toEqual([]);
    await done(page);
  });

  test('rules decide when support is offered', async () => {
    const page = await open(kit(), widget());
    const results = await page.evaluate(() => {
      const { ChatContextManager: manager, shouldShowSupport, toggleSupportWidget } = globalThis as unknown as ShopPage;
      const seen: unknown[] = [shouldShowSupport(4999), shouldShowSupport(5000)];
      toggleSupportWidget(100);
      toggleSupportWidget(9000);
      manager.configure({ rules: { minOrderValue: 0, screens: ['CHECKOUT'], tiers: ['GOLD'] } });
      manager.updateContext({ current_screen: 'CHECKOUT', user_tier: 'SILVER' });
      seen.push(shouldShowSupport());
      manager.updateContext({ user_tier: 'GOLD' });
      seen.push(shouldShowSupport());
      const day = new Date().toString().slice(0, 3);
      for (const hours of [`${day} 00:00-24:00`, `${day} 24:00-24:01`, 'Mon-Sun 00:00-24:00', 'whenever']) {
        manager.configure({ rules: { minOrderValue: 0, hours } });
        seen.push(shouldShowSupport());
      }
      return seen;
    });
    expect(results).toEqual([false, true, false, true, true, false, true, true]);
    expect(await calls(page, 'hideWidget')).toHaveLength(1);
    expect(await calls(page, 'showWidget')).toHaveLength(1);
    await done(page);
  });

  test("the shop's backend gets a chat with its context, again after an error, and of what changes later", async () => {
    shop.posted.length = 0;
    shop.answer(503);
    const page = await open(kit(), widget());
    await page.evaluate((contextUrl) => {
      const shopPage = globalThis as unknown as ShopPage;
      shopPage.ChatContextManager.configure({ contextUrl });
      shopPage.ChatContextManager.updateContext({ user_id: 'u1', cart_value: 100, hash: 'secret' });
      shopPage.fakeTawk.startChat({ chatId: 'chat-7' });
    }, `${shop.origin}/context`);
    await waitUntil(() => shop.posted.length === 1);
    shop.answer(204);
    await waitUntil(() => shop.posted.length === 2);
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setCart(250, 3));
    await waitUntil(() => shop.posted.length === 3);
    const before = { chatId: 'chat-7', attributes: { user_id: 'u1', cart_value: 100 } };
    expect(shop.posted).toEqual([
      before,
      before,
      { chatId: 'chat-7', attributes: { user_id: 'u1', cart_value: 250, items_in_cart: 3 } },
    ]);
    await page.evaluate(() => {
      (globalThis as unknown as ShopPage).fakeTawk.endChat();
      (globalThis as unknown as ShopPage).ChatContextManager.setScreen('HOME');
    });
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'HOME');
    expect(shop.posted).toHaveLength(3);
    await done(page);
  });

  test('what JSON cannot hold does not keep the rest from the backend', async () => {
    shop.posted.length = 0;
    shop.answer(204);
    const page = await open(kit(), widget());
    await page.evaluate((contextUrl) => {
      const shopPage = globalThis as unknown as ShopPage;
      const cart: Record<string, unknown> = {};
      cart['itself'] = cart;
      shopPage.ChatContextManager.configure({ contextUrl });
      shopPage.ChatContextManager.updateContext({ cart, points: 12n, run: () => 1, huge: 'x'.repeat(1_000_000) });
      shopPage.ChatContextManager.updateContext({ user_id: 'u1', cart_value: 100, is_member: true, tags: ['vip'] });
      shopPage.fakeTawk.startChat({ chatId: 'chat-8' });
    }, `${shop.origin}/context`);
    await waitUntil(() => shop.posted.length === 1);
    const attributes = { points: '12', huge: 'x'.repeat(255), user_id: 'u1', cart_value: 100, is_member: 'true' };
    expect(shop.posted).toEqual([{ chatId: 'chat-8', attributes: { ...attributes, tags: ['vip'] } }]);
    await done(page);
  });

  test('a second chat is told too, where Tawk names neither', async () => {
    shop.posted.length = 0;
    shop.answer(204);
    const page = await open(kit(), widget());
    await page.evaluate((contextUrl) => {
      const shopPage = globalThis as unknown as ShopPage;
      shopPage.ChatContextManager.configure({ contextUrl });
      shopPage.fakeTawk.startChat(undefined);
    }, `${shop.origin}/context`);
    await waitUntil(() => shop.posted.length === 1);
    await page.evaluate(() => {
      (globalThis as unknown as ShopPage).fakeTawk.endChat();
      (globalThis as unknown as ShopPage).fakeTawk.startChat(undefined);
    });
    await waitUntil(() => shop.posted.length === 2);
    expect(shop.posted[1]).toEqual({ chatId: null, attributes: {} });
    await done(page);
  });

  test('the next page of a shop goes on with the chat and the tags of the one before', async () => {
    shop.posted.length = 0;
    shop.answer(204);
    const page = await open(kit(), widget());
    await page.evaluate(() => {
      (globalThis as unknown as ShopPage).ChatContextManager.updateContext({ tags: ['menu', 'vip'] });
      (globalThis as unknown as ShopPage).fakeTawk.startChat({ chatId: 'chat-9' });
    });
    const tags = () => page.evaluate(() => [...(globalThis as unknown as ShopPage).fakeTawk.tags]);
    await waitUntil(async () => (await tags()).length === 2);

    head = [inline(`window.fakeTawk = { isOngoing: true, tagsBefore: ['menu', 'vip'] }`), kit(), widget()].join('');
    await page.goto(shop.origin);
    await page.evaluate((contextUrl) => {
      const { ChatContextManager: manager } = globalThis as unknown as ShopPage;
      manager.configure({ contextUrl });
      manager.setScreen('CART');
    }, `${shop.origin}/context`);
    await waitUntil(() => shop.posted.length > 0);
    expect(shop.posted.at(-1)).toEqual({ chatId: 'chat-9', attributes: { current_screen: 'CART' } });
    expect(await tags()).toEqual(['menu', 'vip']);
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.updateContext({ tags: ['vip'] }));
    await waitUntil(async () => (await tags()).length === 1);
    expect(await tags()).toEqual(['vip']);
    await done(page);
  });

  test('a shop that clears Tawk_API between two pages of its application loses nothing', async () => {
    const page = await open(inline('window.fakeTawk = { hasNoEvents: true }'), kit(), widget());
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('MENU'));
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'MENU');
    await page.evaluate('delete window.Tawk_API');
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('CART'));
    await addWidget(page);
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'CART');
    await done(page);
  });

  test('a widget without events is found where the shop replaced our callbacks', async () => {
    const own = inline('window.Tawk_API = { onLoad: () => (window.seen = true) }');
    const page = await open(inline('window.fakeTawk = { hasNoEvents: true }'), kit(), own, widget());
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('MENU'));
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'MENU');
    expect(await page.evaluate(() => (globalThis as unknown as ShopPage).seen)).toBe(true);
    await done(page);
  });

  test('where Tawk refuses name and e-mail, the rest of the context arrives without them', async () => {
    const page = await open(inline(`window.fakeTawk = { failures: ['UNAUTHORIZED_API_CALL'] }`), kit(), widget());
    await page.evaluate(() =>
      (globalThis as unknown as ShopPage).ChatContextManager.updateContext({
        email: 'asha@example.com',
        hash: 'a'.repeat(64),
        user_id: 'u1',
      }),
    );
    await waitUntil(async () => (await calls(page, 'setAttributes')).length === 2);
    expect((await calls(page, 'setAttributes'))[1]?.given).toEqual({ 'user-id': 'u1' });
    await done(page);
  });

  test('an error that comes late is still answered by another attempt', async () => {
    const page = await open(inline(`window.fakeTawk = { failures: ['SERVER_ERROR'], delayMs: 2500 }`), kit(), widget());
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('MENU'));
    await waitUntil(async () => (await calls(page, 'setAttributes')).length === 2);
    await done(page);
  });

  test('an error of any shape, and a login without any argument, throw nothing', async () => {
    const page = await open(inline('window.fakeTawk = { failures: [Object.create(null)] }'), kit(), widget());
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('MENU'));
    await waitUntil(async () => (await calls(page, 'setAttributes')).length === 1);
    const isKnown = await page.evaluate(() => (globalThis as unknown as ShopPage).initTawkSecure(undefined as never));
    expect(isKnown).toBe(false);
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.setScreen('CART'));
    await waitUntil(async () => (await attributes(page))['current-screen'] === 'CART');
    await done(page);
  });

  test("takes the place of a shop's own manager, and keeps the visitor that the shop set", async () => {
    const own = inline(`window.ChatContextManager = { updateContext() {} };
      window.Tawk_API = { visitor: { name: 'Asha', email: 'asha@example.com', hash: '${'a'.repeat(64)}' } };`);
    const page = await open(own, kit());
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.updateContext({ name: 'Asha R' }));
    await addWidget(page);
    expect(await page.evaluate(() => (globalThis as unknown as ShopPage).fakeTawk.visitor)).toEqual({
      name: 'Asha R',
      email: 'asha@example.com',
      hash: 'a'.repeat(64),
    });
    await done(page);
  });

  test('a hidden widget stays hidden when its script comes once more', async () => {
    const page = await open(kit(), widget());
    await page.evaluate(() => (globalThis as unknown as ShopPage).toggleSupportWidget(100));
    const before = (await calls(page, 'hideWidget')).length;
    await addWidget(page);
    await waitUntil(async () => (await calls(page, 'hideWidget')).length > before);
    expect(await calls(page, 'showWidget')).toEqual([]);
    await done(page);
  });

  test('a long value is not cut through an emoji', async () => {
    const page = await open(kit(), widget());
    const long = `${'x'.repeat(254)}😀`;
    await page.evaluate((note) => (globalThis as unknown as ShopPage).ChatContextManager.updateContext({ note }), long);
    await waitUntil(async () => (await attributes(page))['note'] !== undefined);
    expect((await attributes(page))['note']).toBe('x'.repeat(254));
    await done(page);
  });

  test('hours may pass midnight, and a value that is no number hides nothing', async () => {
    const page = await open(kit());
    await page.clock.setFixedTime(new Date(2026, 10, 28, 2, 0));
    const results = await page.evaluate(() => {
      const { ChatContextManager: manager, shouldShowSupport } = globalThis as unknown as ShopPage;
      const seen: unknown[] = [shouldShowSupport('₹25,000' as never)];
      for (const hours of ['Fri 22:00-06:00', 'Sat 22:00-06:00', 'Mon-Fri 22:00-01:00', 'Sat 01:00-03:00;']) {
        manager.configure({ rules: { minOrderValue: 0, hours } });
        seen.push(shouldShowSupport());
      }
      return seen;
    });
    expect(results).toEqual([true, true, false, false, true]);
    await done(page);
  });

  test('debugging that is switched on later still names what is refused', async () => {
    const failures = inline(`window.fakeTawk = { failures: ['ACCESS_ERROR', 'ACCESS_ERROR'] }`);
    const page = await open(failures, kit(), widget());
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    const setScreen = (name: string) =>
      page.evaluate((screen) => (globalThis as unknown as ShopPage).ChatContextManager.setScreen(screen), name);
    await setScreen('MENU');
    await waitUntil(async () => (await calls(page, 'setAttributes')).length === 1);
    await page.evaluate(() => (globalThis as unknown as ShopPage).ChatContextManager.configure({ debug: true }));
    await setScreen('CART');
    await waitUntil(() => lines.some((line) => line.includes('ACCESS_ERROR')));
    await done(page);
  });

  test('it comes packed where the browser takes that', async () => {
    const url = `${product.baseUrl}/tawk/context.js`;
    const packed = await fetch(url, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(Number(packed.headers.get('content-length'))).toBeLessThanOrEqual(6_000);
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await packed.text()).toBe(await plain.text());
  });

  test('a page of the shop may load it as a module; a page of others may not', async () => {
    const read = async (origin: string) =>
      (await fetch(`${product.baseUrl}/tawk/context.js`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await read(shop.origin)).toBe(shop.origin);
    expect(await read('https://stranger.example')).toBeNull();
  });
});
