import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type TestContext, vi } from 'vitest';
import { startProcess } from './support/processes.ts';
import { post, secrets } from './support/product.ts';
import { alertOf, allShown, startWorld } from './support/world.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 60_000 });

const older = { key: 'older-alert-key-0123456789', tawk: 'older-tawk-secret-0123456789', chatwoot: 'older-token' };
const newer = { key: 'newer-alert-key-0123456789', tawk: 'newer-tawk-secret-0123456789', chatwoot: 'newer-token' };

test.concurrent('SIGHUP: new secrets from files and .env are used at once, the old ones no more', async (context) => {
  const { world, bellhop, write, chatwoot } = await start(context);
  await write(newer);
  bellhop.signal('SIGHUP');
  await bellhop.said('settings.reloaded');

  expect(await postAlertWith(bellhop, older.key, 1)).toBe(401);
  expect(await postAlertWith(bellhop, newer.key, 2)).toBeLessThan(300);
  expect(await postTawkWith(bellhop, older.tawk)).toBe(401);
  expect(await postTawkWith(bellhop, newer.tawk)).toBe(200);
  expect(await readMetricsWith(bellhop, older.key)).toBe(401);
  expect(await readMetricsWith(bellhop, newer.key)).toBe(200);
  await waitUntil(() => chatwoot.tokens.includes(newer.chatwoot));
  await allShown(world.sandbox, [2]);
  expect(bellhop.output()).toContain(
    '"replaced":["CHATWOOT_ALERT_KEY","CHATWOOT_API_TOKEN","TAWK_WEBHOOK_SECRET"],"msg":"settings.reloaded"',
  );
  // Both pairs, and what else is in the settings.
  for (const secret of [...Object.values(older), ...Object.values(newer), secrets.chatwoot, world.sandbox.token])
    expect(bellhop.output()).not.toContain(secret);
});

test.concurrent('SIGHUP with a setting that is wrong: it says what to do, and the old secrets stay until it is right', async (context) => {
  const { bellhop, write } = await start(context);
  await write({ ...newer, key: '' });
  bellhop.signal('SIGHUP');
  await bellhop.said('settings.reload_failed');
  expect(bellhop.output()).toContain('CHATWOOT_ALERT_KEY_FILE names an empty file.');
  expect(bellhop.output()).toContain('Correct this and send SIGHUP again.');
  expect(await postTawkWith(bellhop, newer.tawk)).toBe(401);
  expect(await postAlertWith(bellhop, older.key, 1)).toBeLessThan(300);

  await write(newer, 'RETENTION_DAYS=soon\n');
  bellhop.signal('SIGHUP');
  await bellhop.said('RETENTION_DAYS must be a whole number');
  expect(await postAlertWith(bellhop, older.key, 2)).toBeLessThan(300);

  await write(newer);
  bellhop.signal('SIGHUP');
  await bellhop.said('settings.reloaded');
  expect(await postAlertWith(bellhop, newer.key, 3)).toBeLessThan(300);
});

test.concurrent('SIGHUP after a change that needs a restart: one sentence says so, the rest takes effect', async (context) => {
  const { world, bellhop, write } = await start(context);
  await write(newer, `TIMEZONE=Asia/Kolkata\nTELEGRAM_WEBHOOK_SECRET=another-secret-of-32-characters-0\n`);
  bellhop.signal('SIGHUP');
  await bellhop.said('Restart Bellhop to use the new TELEGRAM_WEBHOOK_SECRET, TIMEZONE.');
  expect(await postAlertWith(bellhop, newer.key, 1)).toBeLessThan(300);
  await allShown(world.sandbox, [1]);
  bellhop.signal('SIGTERM');
  expect(await bellhop.exited).toEqual({ code: 0, signal: null });
});

test.concurrent('the built-in sandbox makes its own secrets: SIGHUP changes nothing there', async (context) => {
  const world = await startWorld(context);
  const bellhop = await startProcess(world, { env: { TELEGRAM_BOT_TOKEN: '', TELEGRAM_API_ROOT: '' } });
  bellhop.signal('SIGHUP');
  await bellhop.said('settings.not_reloaded_in_sandbox');
  expect((await fetch(`${bellhop.baseUrl}/health`)).status).toBe(200);
});

type Secrets = typeof older;

async function start(context: TestContext) {
  const world = await startWorld(context);
  const chatwoot = await startDesk(context);
  const directory = await mkdtemp(join(tmpdir(), 'bellhop-reload-'));
  context.onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'alert-key');
  const write = async ({ key, tawk, chatwoot: token }: Secrets, more = '') => {
    await writeFile(file, `${key}\n`);
    const dotenv = `TAWK_WEBHOOK_SECRET=${tawk}\nCHATWOOT_API_TOKEN=${token}\n${more}`;
    await writeFile(join(directory, '.env'), dotenv);
  };
  await write(older);
  const env: Record<string, string | undefined> = {
    CHATWOOT_BASE_URL: chatwoot.url,
    CHATWOOT_ACCOUNT_ID: '1',
    CHATWOOT_RECONCILE_SECONDS: '1',
    CHATWOOT_ALERT_KEY: undefined,
    TAWK_WEBHOOK_SECRET: undefined,
    CHATWOOT_ALERT_KEY_FILE: file,
  };
  const bellhop = await startProcess(world, { directory, env });
  await waitUntil(() => chatwoot.tokens.includes(older.chatwoot));
  return { world, bellhop, write, chatwoot };
}

/** A Chatwoot in which nothing ever happens; it keeps the tokens it is asked with. */
async function startDesk({ onTestFinished }: TestContext) {
  const tokens: string[] = [];
  const server = createServer((req, res) => {
    tokens.push(String(req.headers['api-access-token']));
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ id: 1, name: 'Bellhop', accounts: [{ id: 1 }], payload: [], data: { payload: [] } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
}

type To = Readonly<{ baseUrl: string }>;

async function postAlertWith({ baseUrl }: To, key: string, conversation: number): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  return (await post(`${baseUrl}/api/v1/chatwoot/alerts`, JSON.stringify(alertOf(conversation)), headers)).status;
}

async function postTawkWith({ baseUrl }: To, secret: string): Promise<number> {
  const body = '{"event":"something:else"}';
  const signature = createHmac('sha1', secret).update(body).digest('hex');
  return (await post(`${baseUrl}/webhooks/tawkto`, body, { 'x-tawk-signature': signature })).status;
}

async function readMetricsWith({ baseUrl }: To, key: string): Promise<number> {
  return (await fetch(`${baseUrl}/metrics`, { headers: { authorization: `Bearer ${key}` } })).status;
}
