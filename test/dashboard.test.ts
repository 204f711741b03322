import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { dashboardCode } from './support/dashboard.ts';
import { post, postAlert, type Product, startProduct } from './support/product.ts';
import { alertOf, startWorld, type World } from './support/world.ts';

async function start(
  context: Parameters<typeof startWorld>[0],
  options: Parameters<typeof startProduct>[0] = {},
): Promise<Readonly<{ world: World; product: Product }>> {
  const world = await startWorld(context);
  const env = { PUBLIC_URL: 'https://bellhop.example.com', ...options.env };
  const product = await startProduct({ ...options, env, databaseUrl: world.databaseUrl, sandbox: world.sandbox });
  context.onTestFinished(() => product.stop());
  return { world, product };
}

function signIn({ baseUrl }: Product, given: object): Promise<Response> {
  return fetch(`${baseUrl}/dashboard/sign-in`, { method: 'POST', body: JSON.stringify(given) });
}

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function open(
  { baseUrl }: Product,
  path: string,
  cookie: string,
): Promise<Readonly<{ status: number; text: string }>> {
  const response = await fetch(`${baseUrl}/dashboard${path}`, { headers: { cookie } });
  return { status: response.status, text: await response.text() };
}

test('the link signs in once, for half a day, by a cookie that scripts and other sites cannot use', async (context) => {
  let at = new Date('2026-11-27T09:00:00Z');
  const { product } = await start(context, { now: () => at });
  const code = await dashboardCode(product, SEED.carla);
  const signed = await signIn(product, { code });
  expect(signed.status).toBe(200);
  expect(signed.headers.get('set-cookie')).toMatch(/; Max-Age=43200;.*HttpOnly; Secure; SameSite=Lax/);
  expect((await open(product, '', cookieOf(signed))).text).toContain('At a glance');

  const again = await signIn(product, { code });
  expect([again.status, await again.json()]).toEqual([
    401,
    expect.objectContaining({ message: expect.stringContaining('was used or has expired') }),
  ]);
  at = new Date('2026-11-27T21:00:01Z');
  expect((await open(product, '', cookieOf(signed))).status).toBe(401);
});

test('a link expires after ten minutes', async (context) => {
  let at = new Date('2026-11-27T09:00:00Z');
  const { product } = await start(context, { now: () => at });
  const code = await dashboardCode(product, SEED.carla);
  at = new Date('2026-11-27T09:10:01Z');
  expect((await signIn(product, { code })).status).toBe(401);
});

test('agents and strangers get no link, and whoever is no lead any more is signed out', async (context) => {
  const { world, product } = await start(context);
  const team = openChat(product);
  expect((await team.ask('/dashboard', SEED.ana)).text).toBe('Only leads and admins can see the dashboard.');
  await team.ask(`/role ${SEED.ana} lead`, SEED.carla);
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.ana) }));
  expect((await open(product, '/open', cookie)).status).toBe(200);
  await world.rows(`update people set role = 'agent' where telegram_id = $1`, SEED.ana);
  expect((await open(product, '/open', cookie)).status).toBe(401);
});

test('asked for in a group, the link goes to the private chat', async (context) => {
  const { product } = await start(context);
  const answer = await openChat(product).ask('/dashboard', SEED.carla);
  expect(answer.text).toBe('I sent you the link in private.');
  expect(JSON.stringify(openChat(product).messages())).not.toContain('code=');
});

test('without an address the command says what to set', async (context) => {
  const { product } = await start(context, { env: { PUBLIC_URL: '' } });
  expect((await openChat(product).ask('/dashboard', SEED.carla)).text).toContain('set PUBLIC_URL');
});

test.each(['/dashboard', '/dashboard/open', '/dashboard/find'])(
  'with a slash at the end of its address %s finds its parts',
  async (path) => {
    const { product } = await start({ onTestFinished });
    const page = await fetch(`${product.baseUrl}${path}/?period=7d`);
    expect([page.redirected, page.url]).toEqual([true, `${product.baseUrl}${path}?period=7d`]);
    const [, script = ''] = /<script type="module" src="([^"]+)"/.exec(await page.text()) ?? [];
    expect((await fetch(new URL(script, page.url))).status).toBe(200);
  },
);

test('signing out ends the session', async (context) => {
  const { product } = await start(context);
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.carla) }));
  await fetch(`${product.baseUrl}/dashboard/sign-out`, { method: 'POST', headers: { cookie } });
  expect((await open(product, '', cookie)).status).toBe(401);
});

test('a Mini App signs in whoever Telegram vouches for', async (context) => {
  const { product } = await start(context);
  await dashboardCode(product, SEED.carla);
  const dataFor = (id: number) => {
    const fields = { user: JSON.stringify({ id, first_name: 'X' }), auth_date: String(Math.floor(Date.now() / 1000)) };
    const key = createHmac('sha256', 'WebAppData').update(product.sandbox.token).digest();
    const text = `auth_date=${fields.auth_date}\nuser=${fields.user}`;
    return new URLSearchParams({ ...fields, hash: createHmac('sha256', key).update(text).digest('hex') }).toString();
  };
  expect((await signIn(product, { initData: dataFor(SEED.carla) })).status).toBe(200);
  expect((await signIn(product, { initData: dataFor(SEED.ana) })).status).toBe(401);
  expect((await signIn(product, { initData: dataFor(SEED.carla).replace(String(SEED.carla), '1') })).status).toBe(401);
});

test.each(['', '/open', '/find?q=x', '/incidence/1', '/incidence/1/transcript', '/chart/numbers', '/live'])(
  'nobody reads %s without a session',
  async (path) => {
    const product = await startProduct();
    try {
      const { status, text } = await open(product, path, 'bellhop_session=guessed');
      expect([status, text.includes('/dashboard')]).toEqual([401, true]);
    } finally {
      await product.stop();
    }
  },
);

test.each([
  ['nothing', ''],
  ['no JSON', 'code=1'],
  ['a list', '[]'],
  ['neither of both', '{}'],
  ['a number', '{"code": 1}'],
  ['20 kB', `{"code": "${'x'.repeat(20_000)}"}`],
])('a sign-in with %s is refused in words', async (_, body) => {
  const product = await startProduct();
  try {
    const answer = await post(`${product.baseUrl}/dashboard/sign-in`, body);
    expect([400, 401]).toContain(answer.status);
    expect(answer.body['message']).toEqual(expect.any(String));
  } finally {
    await product.stop();
  }
});

test('what customers write is text, whatever they write', async (context) => {
  const { product } = await start(context);
  const evil = '<script>alert(1)</script><img src=x onerror=alert(2)>';
  await postAlert(product, { ...alertOf(7), message: evil, customer_name: evil, additional_info: { [evil]: evil } });
  await openChat(product).waitForText('Conversation ID: #7');
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.carla) }));
  for (const path of [
    '',
    '/open',
    '/incidence/1',
    '/find?q=alert',
    `/find?q=${encodeURIComponent(evil)}`,
    `/open?tag=${encodeURIComponent(evil)}`,
  ]) {
    const { status, text } = await open(product, path, cookie);
    expect([path, status, /<script>|<img src=x/.test(text)]).toEqual([path, 200, false]);
  }
  expect((await open(product, '/incidence/1', cookie)).text).toContain('&lt;script&gt;');
});

test('an incidence that does not exist is a page that says so', async (context) => {
  const { product } = await start(context);
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.carla) }));
  for (const path of ['/incidence/99', '/incidence/x', '/incidence/99/transcript']) {
    const { status, text } = await open(product, path, cookie);
    expect([status, text]).toEqual([404, expect.stringContaining('There is no incidence')]);
  }
});

test.each(['numbers', 'friction'])('the chart of %s is a picture in either theme', async (name) => {
  const product = await startProduct({ env: { PUBLIC_URL: 'https://bellhop.example.com' } });
  onTestFinished(() => product.stop());
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.carla) }));
  const pictures = await Promise.all(
    ['dark', 'light'].map(async (theme) => {
      const address = `${product.baseUrl}/dashboard/chart/${name}?period=7d&by=agent&theme=${theme}`;
      const response = await fetch(address, { headers: { cookie } });
      return Buffer.from(await response.arrayBuffer());
    }),
  );
  for (const picture of pictures) expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0))).toBe(false);
});

test('days and months have their names in the language that a lead chose, in tables and in pictures', async (context) => {
  const { product } = await start(context, { now: () => new Date('2026-11-27T09:00:00Z') });
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.carla) }));
  const pictures = () =>
    Promise.all(
      ['numbers', 'friction'].map(async (name) => {
        const address = `${product.baseUrl}/dashboard/chart/${name}?period=7d&theme=light`;
        return Buffer.from(await (await fetch(address, { headers: { cookie } })).arrayBuffer());
      }),
    );
  const english = await pictures();
  expect((await open(product, '', cookie)).text).toContain('<th scope="row">Monday</th>');

  const team = openChat(product);
  const screen = await team.ask('/settings', SEED.carla);
  await team.pressUnder(screen, 'Dates', SEED.carla);
  await team.waitForText('Language of dates');
  expect(await team.pressUnder(screen, 'Русский', SEED.carla)).toBe('Changed');
  const { text } = await open(product, '', cookie);
  expect(text).toContain('<th scope="row">понедельник</th>');
  expect(text).toContain('<th scope="row">пт 27 нояб.</th>');
  expect(text).not.toMatch(/\b(Mon|Fri|Nov)\b/);
  const russian = await pictures();
  for (const [index, picture] of english.entries()) expect(russian[index]?.equals(picture)).toBe(false);
});

test('the first page with its pictures weighs no more than 250 kB', async (context) => {
  const { product } = await start(context);
  await postAlert(product, alertOf(7));
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.carla) }));
  const { text } = await open(product, '', cookie);
  const addresses = [...text.matchAll(/(?:src|href|srcset)="(dashboard\/(?:page|chart)[^"]+)"/g)].map(([, address]) =>
    (address ?? '').replaceAll('&amp;', '&'),
  );
  // Of two themes a browser loads one.
  const loaded = addresses.filter((address) => !address.includes('theme=dark'));
  expect(loaded.map((address) => address.split('?')[0])).toEqual([
    'dashboard/page.css',
    'dashboard/page.js',
    'dashboard/chart/numbers',
    'dashboard/chart/friction',
  ]);
  let bytes = gzipSync(text).length;
  for (const address of loaded) {
    const response = await fetch(`${product.baseUrl}/${address}`, { headers: { cookie } });
    const body = Buffer.from(await response.arrayBuffer());
    bytes += response.headers.get('content-type') === 'image/png' ? body.length : gzipSync(body).length;
  }
  expect(bytes).toBeLessThan(250_000);
});

test('the numbers are those of /stats', async (context) => {
  const { product } = await start(context);
  await postAlert(product, alertOf(7));
  await postAlert(product, alertOf(8, 'low'));
  const team = openChat(product);
  await team.waitForText('Conversation ID: #8');
  await team.press(1, 'Acknowledge');
  const inTelegram = (await team.ask('/stats today agent', SEED.carla)).text ?? '';
  const cookie = cookieOf(await signIn(product, { code: await dashboardCode(product, SEED.carla) }));
  const { text } = await open(product, '?period=today&by=agent', cookie);
  for (const name of ['Opened', 'Acknowledged', 'Closed']) {
    const counted = new RegExp(`${name}: (\\d+)`).exec(inTelegram)?.[1];
    expect(text).toContain(`<dt>${name}</dt><dd><strong>${counted}</strong>`);
  }
  expect(text).toContain('<dt>Open now</dt><dd><strong>2</strong> <small>1 unacknowledged</small>');
});
