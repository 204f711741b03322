import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromiumPath, noChromium, openBrowser } from '../../test/support/browser.ts';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { firstPaint } from '../support/first-paint.ts';
import { median, plain } from '../support/numbers.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';

/** What a customer waits for before Tawk.to's own script: the kit's size, and the chat page's first paint beside that of a page with one word. */
export const chatPage: Figure = { name: 'chat-page', run };

async function run(bench: Bench): Promise<Row[]> {
  const kit = readFileSync(new URL('../../src/tawk/browser/context.js', import.meta.url));
  const kilobytes = gzipSync(kit, { level: 9 }).length / 1000;
  const size = row("The shop's kit, gzipped", {
    ours: `${plain(kilobytes)} kB`,
    target: '≤ 6 kB',
    ok: kilobytes <= 6,
  });
  if (!chromiumPath) return [size, row('First paint of the chat page', { ours: noChromium, target: '≤ 300 ms' })];

  const telegram = await startTelegram('off');
  const server = await startServer();
  const product = await startProduct({
    env: {
      ...productEnv(await server.create('ours'), telegram.apiRoot),
      TAWK_PROPERTY_ID: 'abc123',
      TAWK_WIDGET_ID: 'default',
      // Nobody listens there: the page is painted without Tawk.
      TAWK_EMBED_URL: 'http://127.0.0.1:9',
    },
    output: join(await temporaryDirectory(), 'product.log'),
  });
  const bare = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Bare</title>Hello');
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const browser = await openBrowser({ viewport: { width: 390, height: 844 } });
  const page = await browser.context.newPage();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -2; round < (bench.quick ? 5 : 30); round += 1) {
    const mine = await firstPaint(page, `http://127.0.0.1:${product.port}/chat-page`);
    const other = await firstPaint(page, `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`);
    // The first ones warm both up.
    if (round >= 0) ours.push(mine);
    if (round >= 0) theirs.push(other);
  }
  await browser.close();
  bare.close();
  const paint = row('First paint of the chat page without Tawk, in Chromium, against a page of one word', {
    ours: `${plain(median(ours))} ms`,
    baseline: `${plain(median(theirs))} ms`,
    ratio: plain(median(ours) / median(theirs)),
    target: '≤ 300 ms',
    ok: median(ours) <= 300,
  });
  return [size, paint];
}
