import express from 'express';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../src/control.ts';
import { createTelegramSandbox } from '../src/sandbox.ts';
import { DEMO, addDemoWorld } from '../src/demo-world.ts';
import { chromiumPath, noChromium, openBrowser, type TestBrowser } from './support/browser.ts';
import { createSandboxPage } from '../src/page/page.ts';
import { type ServedPage, servePage } from '../src/page/serve.ts';
import { SAMPLES, WELCOME } from './support/page-content.ts';
import { startToyBot } from './support/toy-bot.ts';

const hasBrowser = chromiumPath !== undefined;
if (!hasBrowser) console.warn(`sandbox page: ${noChromium}`);

describe.skipIf(!hasBrowser)('the page by itself, with a toy for a bot', () => {
  let sandbox: Sandbox;
  let served: ServedPage;
  let browser: TestBrowser;
  let toy: Awaited<ReturnType<typeof startToyBot>>;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    sandbox = createTelegramSandbox();
    addDemoWorld(sandbox);
    await sandbox.start();
    toy = await startToyBot(sandbox);
    served = await servePage(createSandboxPage({ sandbox, samples: SAMPLES, welcome: WELCOME }));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    await toy?.stop();
    await sandbox?.stop();
  });
  beforeEach(async () => {
    troubles = [];
    page = await openPage();
  });

  /** A fresh page; whatever it complains of fails the test. */
  async function openPage(): Promise<Page> {
    const opened = await browser.context.newPage();
    opened.on('pageerror', (error) => troubles.push(error.message));
    opened.on('console', (message) => {
      if (message.type() === 'error' && !/sandboxed|net::ERR/.test(message.text())) troubles.push(message.text());
    });
    onTestFinished(async () => {
      await opened.close();
      expect(troubles).toEqual([]);
    });
    await opened.goto(served.url);
    await opened.getByLabel('Message', { exact: true }).waitFor();
    return opened;
  }

  const say = async (text: string, on: Page = page) => {
    await on.getByLabel('Message', { exact: true }).fill(text);
    await on.getByLabel('Message', { exact: true }).press('Enter');
  };
  const actAs = (name: string) => page.getByRole('radio', { name: new RegExp(name) }).check({ force: true });
  const lastFromBot = () => page.locator('article.from-bot').last();

  test('renders text as Telegram would, and data never becomes markup', async () => {
    await say('/text');
    const text = page.locator('article .text').filter({ hasText: 'onerror' }).last();
    await text.waitFor();
    for (const [selector, words] of [
      ['b', 'bold'],
      ['i', 'italic'],
      ['u', 'under'],
      ['s', 'struck'],
      ['code', 'inline'],
      ['pre code', 'const one: number = 1;'],
      ['a[href="https://example.com/page"]', 'a link'],
      ['[data-command]', '/open'],
    ] as const) {
      expect(await text.locator(selector).first().textContent()).toBe(words);
    }
    expect(await text.locator('a').first().getAttribute('rel')).toBe('noopener noreferrer');
    expect(await text.locator('img').count()).toBe(0);

    const spoiler = text.getByRole('button', { name: /Hidden text/ });
    await spoiler.press('Enter');
    expect(await text.locator('.spoiler.shown').textContent()).toBe('secret');

    const quote = text.locator('blockquote');
    const closed = (await quote.boundingBox())?.height ?? 0;
    await quote.getByRole('button', { name: 'Show more' }).click();
    expect((await quote.boundingBox())?.height).toBeGreaterThan(closed);
  });

  test('a press: the toast only for who pressed, the edit for everyone', async () => {
    const other = await openPage();
    await page.bringToFront();
    await say('/card');
    const card = page.locator('article').filter({ hasText: 'A card' }).last();
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.locator('.toast').filter({ hasText: 'It is yours' }).waitFor();
    await card.getByText('acknowledged by Ana').waitFor();
    await card.getByText('edited').waitFor();
    await other.getByText('acknowledged by Ana').last().waitFor();
    expect(await other.locator('.toast').count()).toBe(0);

    await actAs('Ben');
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.locator('.toast').filter({ hasText: 'Already acknowledged by Ana' }).waitFor();

    await card.getByRole('button', { name: 'Alert me' }).click();
    const alert = page.getByRole('dialog');
    expect(await alert.textContent()).toContain('Only a lead may do that');
    await page.keyboard.press('Enter');
    await alert.waitFor({ state: 'detached' });

    const never = card.getByRole('button', { name: 'Never answered' });
    await Promise.all([page.waitForResponse('**/act'), never.click()]);
    expect(await never.getAttribute('aria-busy')).toBe('true');
    sandbox.clock.advance(61_000);
    await page.locator('.toast').filter({ hasText: 'did not answer' }).waitFor();
    expect(await never.getAttribute('aria-busy')).toBeNull();

    const outside = card.getByRole('link', { name: 'Outside' });
    expect(await outside.getAttribute('target')).toBe('_blank');
    expect(await outside.getAttribute('rel')).toContain('noopener');
  });

  test('a button that is held while its message is edited is pressed all the same', async () => {
    const other = await openPage();
    await say('/card');
    const cardOn = (on: Page) => on.locator('article').filter({ hasText: 'A card' }).last();
    await page.bringToFront();
    await cardOn(page).getByRole('button', { name: 'Acknowledge' }).hover();
    await page.mouse.down();
    await cardOn(other).getByRole('button', { name: 'Acknowledge' }).dispatchEvent('click');
    await cardOn(other).getByText('acknowledged by Ana').waitFor();
    await page.mouse.up();
    await page.locator('.toast').filter({ hasText: 'Already acknowledged by Ana' }).waitFor();
    await cardOn(page).getByText('acknowledged by Ana').waitFor();
  });

  test('a forced reply: the field replies, only for the person asked; Escape cancels it', async () => {
    await say('/ask');
    await page.getByPlaceholder('a short name').waitFor();
    await focused(page.getByLabel('Message', { exact: true }));
    await actAs('Ben');
    await page.getByPlaceholder('Message as Ben').waitFor();
    await actAs('Ana');
    await page.getByPlaceholder('a short name').fill('refund');
    await page.keyboard.press('Enter');
    const heard = await sandbox.waitFor(() => sandbox.messages(DEMO.supportTeam).find(({ text }) => text === 'refund'));
    expect(sandbox.message(DEMO.supportTeam, heard.replyTo ?? 0)?.text).toBe('What is its name?');
    await page.locator('article').filter({ hasText: 'refund' }).locator('.reply-quote').first().waitFor();

    await say('/ask');
    await page.getByPlaceholder('a short name').waitFor();
    await page.keyboard.press('Escape');
    await page.getByPlaceholder('Message as Ana').waitFor();
  });

  test('documents and photos open over the page; a document’s own script does not run', async () => {
    await say('/files');
    await page.getByRole('button', { name: 'Open transcript-1.txt' }).last().click();
    const viewer = page.getByRole('dialog');
    await viewer.getByText('Visitor: hello').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      viewer.getByRole('link', { name: /Download/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('transcript-1.txt');
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Open report.html' }).last().click();
    await page.frameLocator('dialog iframe').getByRole('heading', { name: 'Report' }).waitFor();
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    await page.keyboard.press('Escape');

    await page
      .getByRole('button', { name: /Open photo/ })
      .last()
      .click();
    await viewer.getByRole('img').waitFor();
    await expect.poll(() => page.evaluate("document.querySelector('dialog img').naturalWidth")).toBe(1);
  });

  test('by keyboard alone: commands, person, chat, button', async () => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('/c');
    await page.getByRole('option', { name: /card/ }).waitFor();
    await page.keyboard.press('Enter');
    await lastFromBot().getByRole('button', { name: 'Alert me' }).waitFor();

    await page.keyboard.type('/');
    await page.getByRole('option').nth(2).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('/ask');
    await page.keyboard.press('Tab');
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('/ask ');
    await page.getByLabel('Message', { exact: true }).fill('');

    const acknowledge = lastFromBot().getByRole('button', { name: 'Acknowledge' });
    await acknowledge.focus();
    await page.keyboard.press('Space');
    await lastFromBot().getByText('acknowledged by Ana').waitFor();
    // The message was drawn anew under the finger; the keyboard is still on the same button.
    await focused(acknowledge);

    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('heading', { name: 'General' }).waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByText('In a topic').last().waitFor();

    await page.getByRole('radio', { name: /Ana/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByPlaceholder('Message as Ben').waitFor();
  });

  test('unread in another chat: a badge and a notice that leads there', async () => {
    sandbox.type({ chatId: DEMO.forum, threadId: DEMO.topics.tickets, by: DEMO.ben, text: 'Look at this' });
    const row = page.getByRole('button', { name: /Tickets/ });
    expect(await row.locator('.badge').textContent()).toBe('1');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('heading', { name: 'Tickets' }).waitFor();
    await row.locator('.badge').waitFor({ state: 'detached' });
  });

  test('first steps are ticked off, and can be closed', async () => {
    await page.locator('#welcome').getByText('A toy bot.').waitFor();
    await page.locator('#step-card').getByRole('button', { name: '/card' }).click();
    await page.locator('#step-card.done').waitFor();
    expect(await page.locator('#step-take.done').count()).toBe(0);
    // The step is ticked a moment before the new card is drawn; the last one until then is of an earlier test.
    const card = page.locator('article.from-bot').filter({ hasText: '#1 · open' }).last();
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.locator('#step-take.done').waitFor();

    await page.getByRole('button', { name: 'Close the first steps' }).click();
    await page.locator('#welcome').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'What is this?' }).click();
    await page.locator('#step-card.done').waitFor();
  });

  test('a stranger sees that, and can be added', async () => {
    await actAs('Dmitri');
    await page.getByText('is not in this group').waitFor();
    await page.getByRole('button', { name: /Add Dmitri/ }).click();
    await page.getByPlaceholder('Message as Dmitri').waitFor();
    await page.locator('.service').getByText('Dmitri joined the group').last().waitFor();
    sandbox.leave(DEMO.supportTeam, DEMO.dmitri);
    await page.getByText('is not in this group').waitFor();
  });

  test('a private chat starts with Start', async () => {
    await page.getByRole('button', { name: /^Test bot/ }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Hello from the bot').last().waitFor();
  });

  test('faults show in the log, in red', async () => {
    await page.getByRole('tab', { name: /Faults/ }).click();
    await page.getByRole('button', { name: 'Error 500' }).click();
    await page.getByText('Error 500, next call').waitFor();
    await say('/card');
    await page.getByRole('tab', { name: /Bot API/ }).click();
    await page.getByLabel('refused only').check();
    await page.locator('.call.bad').filter({ hasText: 'sendMessage' }).first().waitFor();
    await page.locator('.call summary').first().click();
    await page.locator('.call pre').filter({ hasText: 'chat_id' }).first().waitFor();
    await page.getByRole('tab', { name: /Faults/ }).click();
    await page.getByRole('radio', { name: 'Realistic' }).check();
    await sandbox.waitFor(() => sandbox.flood === 'realistic');
    await page.getByRole('radio', { name: 'Off' }).check();
    await sandbox.waitFor(() => sandbox.flood === 'off');
    await page.getByRole('button', { name: '+ 1 h' }).click();
    await page.locator('#ahead').filter({ hasText: '1 h' }).waitFor();
  });

  test('without samples the panel begins with the faults', async () => {
    const bare = await servePage(createSandboxPage({ sandbox }));
    onTestFinished(() => bare.stop());
    await page.goto(bare.url);
    await page.getByRole('heading', { name: 'Flood limits' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(2);
    expect(await page.getByRole('tab', { name: 'Faults' }).getAttribute('aria-selected')).toBe('true');
    expect(await page.locator('#welcome').isVisible()).toBe(false);
  });

  test('a tab of one’s own shows a page that uses the sandbox’s files, in the same colours', async () => {
    const routes = express.Router().get('/words', (_req, res) => void res.json('Hello from the tab'));
    const folder = new URL('support/tab/', import.meta.url);
    const own = await servePage(createSandboxPage({ sandbox, tabs: [{ name: 'toy', label: 'Toy', folder, routes }] }));
    onTestFinished(() => own.stop());
    await page.goto(own.url);
    await page.getByRole('tab', { name: 'Toy' }).click();
    const frame = page.frameLocator('iframe[title=Toy]');
    await frame.getByText('Hello from the tab').waitFor();
    const theme = () => frame.locator(':root').getAttribute('data-theme');
    await page.getByRole('button', { name: /Switch to dark/ }).click();
    await expect.poll(theme).toBe('dark');
    await page.getByRole('button', { name: /Switch to light/ }).click();
    await expect.poll(theme).toBe('light');
  });

  test('a sample that fails says why', async () => {
    await page.getByRole('button', { name: /Sample: Unanswered/ }).click();
    await page.locator('.step.bad').filter({ hasText: 'no answer' }).waitFor();
  });

  test.each([360, 390, 768])('fits a screen %i wide', async (width) => {
    await say('/text');
    await say('/card');
    await lastFromBot().getByText('A card').waitFor();
    await page.setViewportSize({ width, height: 780 });
    const back = page.getByRole('button', { name: 'All chats' });
    if (!(await page.getByLabel('Message', { exact: true }).isVisible())) {
      await page.getByRole('button', { name: /Support team/ }).click();
    }
    expect(await widthBeyond(page)).toBe(0);
    await page.getByRole('button', { name: 'Samples, faults and calls' }).click();
    await page.getByRole('tab', { name: 'Samples' }).waitFor();
    expect(await widthBeyond(page)).toBe(0);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Samples, faults and calls' }).getAttribute('aria-expanded')).toBe(
      'false',
    );
    if (await back.isVisible()) {
      await back.click();
      await page.getByRole('button', { name: /Urgent/ }).click();
      await page.getByText('In a topic').last().waitFor();
    }
  });

  test('on a phone rows of buttons are as wide as the screen allows, and the list of chats is not covered', async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    const keys = ['Fields of the first', 'Fields of the second', 'Fields of the third'];
    const row = keys.map((text) => ({ text, callback_data: text }));
    await fetch(`${sandbox.apiRoot}/bot${sandbox.token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id: DEMO.supportTeam, text: 'Three', reply_markup: { inline_keyboard: [row] } }),
    });
    await actAs('Carla');
    const back = page.getByRole('button', { name: 'All chats' });
    if (!(await back.isVisible())) await page.getByRole('button', { name: /Support team/ }).click();
    const key = page.getByRole('button', { name: 'Fields of the third' }).last();
    const box = await key.boundingBox();
    expect((box?.x ?? 999) + (box?.width ?? 999)).toBeLessThanOrEqual(390);

    await back.click();
    sandbox.type({ chatId: DEMO.forum, threadId: DEMO.topics.tickets, by: DEMO.ben, text: 'Look at this' });
    await page
      .getByRole('button', { name: /Tickets/ })
      .locator('.badge')
      .waitFor();
    expect(await page.locator('.toast').count()).toBe(0);
  });

  test('older messages load on scrolling; many at once stay readable', async () => {
    for (let count = 1; count <= 700; count += 1) {
      sandbox.type({ chatId: DEMO.forum, threadId: DEMO.topics.chats, by: DEMO.ben, text: `line ${count}` });
    }
    await page.getByRole('button', { name: /^Chats/ }).click();
    await page.getByText('line 700', { exact: true }).last().waitFor();
    const list = page.getByRole('region', { name: 'Messages' });
    const top = page.getByText('line 350', { exact: true });
    while ((await top.count()) === 0) {
      const before = await list.locator('article').count();
      await list.evaluate((element) => (element.scrollTop = 0));
      await expect.poll(() => list.locator('article').count()).toBeGreaterThan(before);
    }
    await page.getByRole('button', { name: 'To the newest message' }).click();
    await page.getByRole('button', { name: 'To the newest message' }).waitFor({ state: 'hidden' });
  });

  test('reconnects when the server is back', async () => {
    await served.stop();
    await page.getByText('The sandbox is not running').waitFor();
    served = await servePage(createSandboxPage({ sandbox, samples: SAMPLES, welcome: WELCOME }), served.port);
    await page.getByText('The sandbox is not running').waitFor({ state: 'hidden' });
    await say('/card');
    await lastFromBot().getByText('A card').waitFor();
  });
});

/** Pixels by which the page is wider than the screen. */
async function widthBeyond(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
}

/** Resolves when the keyboard is there. */
async function focused(place: Locator): Promise<void> {
  await place.and(place.page().locator(':focus')).waitFor();
}
