import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from 'telegram-sandbox';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { chromiumPath, noChromium, openBrowser, type TestBrowser } from './support/browser.ts';
import { type Chat, openChat } from './support/chat.ts';
import { forgetEverything, postTawk, type Product, quiet, startProduct } from './support/product.ts';

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct({ env: { TIMEZONE: 'Asia/Kolkata' } });
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

type Said = Readonly<{ sender: object; msg: string; time?: string | undefined; attchs?: object[] }>;
const priya = { t: 'v' };
const meera = { t: 'a', n: 'Meera Iyer', id: '1' };

/** A fixture with other messages and another visitor. */
function transcriptOf(messages: readonly Said[], visitor: object = {}): string {
  const body = JSON.parse(
    readFileSync(new URL('fixtures/tawk/real__chat-transcript__short.json', import.meta.url), 'utf8'),
  );
  body.chat.messages = messages.map((message) => ({ type: 'msg', ...message }));
  body.chat.visitor = { ...body.chat.visitor, name: 'Priya', ...visitor };
  return JSON.stringify(body);
}

const greeting = [
  { sender: { t: 's', n: 'Annapurna Platters' }, msg: 'Hi! How can we help?', time: '2026-03-14T18:20:00.000Z' },
  { sender: priya, msg: 'Where is my order?', time: '2026-03-14T18:21:00.000Z' },
  { sender: meera, msg: 'One moment.', time: '2026-03-14T18:24:00.000Z' },
  { sender: meera, msg: 'It left the kitchen.', time: '2026-03-14T18:25:00.000Z' },
  { sender: priya, msg: 'thanks!', time: '2026-03-14T18:40:00.000Z' },
] satisfies Said[];

async function post(body: string): Promise<number> {
  await postTawk(product, body);
  await quiet(product);
  const [row] = await product.rows<{ id: string }>('select id from incidences');
  return Number(row?.id);
}

/** The newest file in the chat, as text. */
function newestFile(): { name: string; text: string } {
  const { document } = team.messages().findLast((message: Message) => message.document) ?? {};
  if (!document) throw new Error('no file in the chat');
  return { name: document.file_name, text: product.sandbox.documentContent(document.file_id).toString() };
}

test('the card keeps the chat in five lines', async () => {
  const id = await post(transcriptOf(greeting));
  expect(team.card(id).text).toContain(
    [
      'Transcript: 5 messages, 2 from agents',
      'Lasted: 20 min',
      'Answered by: Meera Iyer',
      'Longest wait: 3 min',
      'Last words: Priya: thanks!',
    ].join('\n'),
  );
});

test('a transcript of an earlier version keeps its counts', async () => {
  const id = await post(transcriptOf(greeting));
  await product.rows('update transcripts set summary = null');
  await team.ask(`/incidence ${id}`);
  expect(team.card(id).text).toContain(
    'Transcript: 5 messages, 2 from agents\nLasted: 20 min\nAnswered by: an agent\n',
  );
});

test('the file is named after the customer, and comes as plain text on demand', async () => {
  const id = await post(transcriptOf(greeting));
  expect(newestFile().name).toBe(`transcript-${id}-priya.html`);
  team.typed(`/transcript ${id} txt`, SEED.ana);
  await product.sandbox.waitFor(() => newestFile().name.endsWith('.txt'));
  const { name, text } = newestFile();
  expect(name).toBe(`transcript-${id}-priya.txt`);
  expect(text).toContain('[2026-03-14T23:51:00+05:30] Priya: Where is my order?\n');
  expect((await team.ask(`/transcript ${id} pdf`)).text).toContain(`/transcript ${id} txt`);
});

test('a name in another script names the file too', async () => {
  const id = await post(transcriptOf(greeting, { name: 'प्रिया शर्मा' }));
  expect(newestFile().name).toBe(`transcript-${id}-प्रिया-शर्मा.html`);
});

describe.skipIf(!chromiumPath)(chromiumPath ? 'the page in Chromium' : noChromium, () => {
  let browser: TestBrowser;
  const directory = mkdtempSync(join(tmpdir(), 'transcript-'));
  beforeAll(async () => {
    browser = await openBrowser({ viewport: { width: 390, height: 844 }, hasTouch: true });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Opens the newest file as a phone would, and notes everything it loads or does. */
  async function openFile(): Promise<{ page: Page; happened: string[] }> {
    const path = join(directory, 'transcript.html');
    writeFileSync(path, newestFile().text);
    const page = await browser.context.newPage();
    const happened: string[] = [];
    const address = pathToFileURL(path).href;
    page.on('request', (request) => {
      if (request.url() !== address) happened.push(`request ${request.url()}`);
    });
    page.on('dialog', (dialog) => {
      happened.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => happened.push(`error ${error.message}`));
    await page.goto(address);
    return { page, happened };
  }

  const widthOf = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

  test('separates days and shows times in the team’s zone', async () => {
    await post(transcriptOf(greeting));
    const { page } = await openFile();
    expect(await page.title()).toMatch(/^Transcript of #\d+ · Priya$/);
    expect(await page.locator('h2').allTextContents()).toEqual(['Saturday, 14 March 2026', 'Sunday, 15 March 2026']);
    expect(await page.locator('time').allTextContents()).toEqual(['23:50', '23:51', '23:54', '23:55', '00:10']);
    expect(await page.locator('.name').allTextContents()).toEqual([
      'Priya visitor',
      'Meera Iyer agent',
      'Priya visitor',
    ]);
    expect(await page.locator('.agent .text').allTextContents()).toEqual(['One moment.', 'It left the kitchen.']);
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await page.evaluate('document.characterSet')).toBe('UTF-8');
    await page.close();
  });

  test('hostile words, names, files and addresses stay words', async () => {
    const hostile = [
      '<script>alert(1)</script>',
      '</p></li></ol></main><script>alert(2)</script>',
      '<img src=x onerror=alert(3)><svg onload=alert(4)><iframe srcdoc="<script>parent.alert(5)</script>"></iframe>',
      `"><a href="javascript:alert(6)">x</a>'}; alert(7); //</style><style>*{display:none}</style>`,
      '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example/">',
      '&lt;b&gt; stays, and so does &amp; <!-- this --> ]]> {{7*7}} ${alert(8)}',
      'x'.repeat(5_000),
      `https://evil.example/${'y'.repeat(1_900)}`,
      'العربية then English\nand\ta second line   with spaces',
    ];
    const files = [
      'javascript:alert(9)',
      'data:text/html,<script>alert(10)</script>',
      'https://tawk.link/a.png?x="><script>alert(11)</script>',
      'file:///etc/passwd',
    ].map((url) => ({
      type: 'file',
      content: { file: { url, name: `<b>${url}</b>`, mimeType: '<i>', size: 12_345 } },
    }));
    const said = hostile.map((msg, minute) => ({
      sender: { ...meera, n: '<script>alert(12)</script>' },
      msg,
      time: `2026-03-14T09:${10 + minute}:00.000Z`,
      attchs: files,
    }));
    const visitor = { name: '</title><script>alert(13)</script>', email: '"><script>alert(14)</script>@x.example' };
    await post(transcriptOf(said, visitor));

    const { page, happened } = await openFile();
    expect(await page.locator('.text').allTextContents()).toEqual(hostile);
    expect(await page.locator('script, iframe, img, svg, base, object, form, meta[http-equiv=refresh]').count()).toBe(
      0,
    );
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(new Set(links)).toEqual(new Set(['https://tawk.link/a.png?x=%22%3E%3Cscript%3Ealert(11)%3C/script%3E']));
    expect(links).toHaveLength(hostile.length);
    expect(await widthOf(page)).toBeLessThanOrEqual(390);
    expect(happened).toEqual([]);
    // Even a script that got in would not run, nor could anything be loaded.
    const blocked = page.waitForEvent('requestfailed');
    const ran = await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const image = document.createElement('img');
      image.src = 'https://evil.example/pixel.png';
      document.body.append(script, image);
      return window.ran;
    })()`);
    expect(ran).toBeUndefined();
    expect((await blocked).failure()?.errorText).toBe('csp');
    await page.close();
  });

  test('400 messages of 5,000 characters are one file within Telegram’s limit', async () => {
    const said = Array.from({ length: 400 }, (_, index) => ({
      sender: index % 2 === 0 ? priya : meera,
      msg: `${index} ${'lorem ipsum '.repeat(500)}`.slice(0, 5_000),
      time: new Date(Date.UTC(2026, 2, 14, 9, 0, index * 20)).toISOString(),
    }));
    await post(transcriptOf(said));
    expect(Buffer.byteLength(newestFile().text)).toBeLessThan(50e6);
    const { page } = await openFile();
    expect(await page.locator('.bubble').count()).toBe(400);
    expect(await widthOf(page)).toBeLessThanOrEqual(390);
    await page.close();
  });

  test('follows the reader’s light or dark, and is black on white on paper', async () => {
    await post(transcriptOf(greeting));
    const { page } = await openFile();
    const colors = () =>
      page.evaluate('[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await colors()).toEqual(['rgb(28, 33, 40)', 'rgb(244, 245, 247)']);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await colors()).toEqual(['rgb(232, 236, 241)', 'rgb(18, 22, 28)']);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await colors()).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
    await page.close();
  });
});
