import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openChat } from './support/chat.ts';
import {
  post,
  postAlert,
  postChatwoot,
  postTawk,
  type Product,
  quiet,
  secrets,
  startProduct,
} from './support/product.ts';
import { alertOf } from './support/world.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const inWebhookMode = { PUBLIC_URL: 'https://bellhop.example.com', TELEGRAM_MODE: 'webhook' };
const addresses = {
  chatwoot: '/api/v1/chatwoot/webhook',
  tawk: '/webhooks/tawkto',
  telegram: '/telegram/webhook',
  alerts: '/api/v1/chatwoot/alerts',
} as const;

test.each(['alertKey', 'chatwoot', 'tawk'] as const)(
  'with %s alone nobody reads what customers wrote',
  async (stolen) => {
    const secret = secrets[stolen];
    await postAlert(product, { ...alertOf(1), message: 'My verysecretdiagnosis' });
    await quiet(product);
    const document = (await (await fetch(`${product.baseUrl}/openapi.json`)).json()) as { paths: object };
    const paths = ['', '/open', '/find?q=verysecret', '/incidence/1', '/incidence/1/transcript', '/live'];
    for (const path of [...Object.keys(document.paths), ...paths.map((path) => `/dashboard${path}`)]) {
      for (const headers of [
        { authorization: `Bearer ${secret}` },
        { 'x-api-key': secret },
        { cookie: `bellhop_session=${secret}` },
      ]) {
        const answer = await fetch(product.baseUrl + path, { headers });
        expect(await answer.text(), path).not.toContain('verysecret');
        // Whoever guesses too often gets no answer at all.
        if (path.startsWith('/dashboard')) expect([401, 429], path).toContain(answer.status);
      }
    }
  },
);

test.each(['alertKey', 'chatwoot', 'tawk'] as const)('%s opens only its own door', async (stolen) => {
  const { baseUrl, stop } = await startProduct({ env: inWebhookMode });
  onTestFinished(stop);
  const secret = secrets[stolen];
  const mac = (algorithm: string, text: string) => createHmac(algorithm, secret).update(text).digest('hex');
  const body = JSON.stringify({ event: 'test' });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const opened = {
    chatwoot: await post(baseUrl + addresses.chatwoot, body, {
      'x-chatwoot-timestamp': timestamp,
      'x-chatwoot-signature': `sha256=${mac('sha256', `${timestamp}.${body}`)}`,
    }),
    tawk: await post(baseUrl + addresses.tawk, body, { 'x-tawk-signature': mac('sha1', body) }),
    // Presses and commands: what agents do.
    telegram: await post(baseUrl + addresses.telegram, '{"update_id":1}', {
      'x-telegram-bot-api-secret-token': secret,
    }),
    alertKey: await post(baseUrl + addresses.alerts, JSON.stringify(alertOf(2)), {
      authorization: `Bearer ${secret}`,
    }),
  };
  for (const [door, { status }] of Object.entries(opened)) {
    if (door === stolen) expect(status, door).toBeLessThan(300);
    else expect(status, door).toBe(401);
  }
});

test.each<[string, string, (body: string) => Promise<unknown>]>([
  [
    'Chatwoot',
    JSON.stringify({
      event: 'message_created',
      id: 11,
      content: 'Captured',
      message_type: 'incoming',
      conversation: { id: 11, status: 'open' },
    }),
    (body) => postChatwoot(product, body),
  ],
  [
    'Tawk.to',
    readFileSync(new URL('fixtures/tawk/real__chat-start__basic.json', import.meta.url), 'utf8'),
    (body) => postTawk(product, body),
  ],
])('a captured webhook of %s opens nothing again, whatever its delivery is called', async (_name, body, deliver) => {
  const team = openChat(product);
  await deliver(body);
  await quiet(product);
  const [{ id } = { id: '' }] = await product.rows<{ id: string }>('select max(id) as id from incidences');
  expect((await team.ask(`/close ${id} resolved`)).text).toContain('closed');
  await quiet(product);
  const shown = team.messages().length;

  // Each with an id of its own.
  for (let times = 0; times < 3; times += 1) await deliver(body);
  await quiet(product);
  expect(await product.rows('select id, status from incidences order by id desc limit 1')).toEqual([
    { id, status: 'closed' },
  ]);
  expect(team.messages()).toHaveLength(shown);
});
