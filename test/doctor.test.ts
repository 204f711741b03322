import { execFile } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, test, type TestContext, vi } from 'vitest';
import type { Check } from '../src/checks/check.ts';
import { freePort } from '../src/database/embedded/free-port.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { startProcess } from './support/processes.ts';
import { postAlert, productEnv, useWebhooks } from './support/product.ts';
import { startTransactionPooler } from './support/transaction-pooler.ts';
import { alertOf, startWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });
const main = join(import.meta.dirname, '../src/main.ts');
const run = promisify(execFile);

type Said = Readonly<{ code: number; output: string }>;

/** The doctor as a process of its own, as `npm run doctor -- <args>` runs it. */
async function doctor(world: World, env: Record<string, string> = {}, args: readonly string[] = []): Promise<Said> {
  const all = { ...productEnv(world.sandbox, world.databaseUrl), ...env, PATH: process.env['PATH'] ?? '' };
  try {
    const { stdout } = await run(process.execPath, [main, 'doctor', ...args], { cwd: tmpdir(), env: all });
    return { code: 0, output: stdout };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}

/** Its failed checks by name; everything else it checked passed. */
async function failures(world: World, env: Record<string, string>): Promise<Map<string, Check & { state: 'fail' }>> {
  const { code, output } = await doctor(world, env, ['--json']);
  const report = JSON.parse(output) as { ok: boolean; checks: Check[] };
  const failed = report.checks.filter((check): check is Check & { state: 'fail' } => check.state === 'fail');
  expect(report.ok).toBe(failed.length === 0);
  expect(code).toBe(failed.length === 0 ? 0 : 1);
  expect(output).not.toContain(world.sandbox.token);
  return new Map(failed.map((check) => [check.name, check]));
}

async function serve(context: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test.concurrent('a set-up that works: every check passes, with a line for each, while nothing runs', async (context) => {
  const world = await startWorld(context);
  const { code, output } = await doctor(world);
  expect(output).toContain('ok    database: PostgreSQL');
  expect(output).toContain('ok    database clock: agrees with the database');
  expect(output).toContain('ok    database writes: tables can be created and written');
  expect(output).toContain('ok    database sessions: direct');
  expect(output).toContain('ok    migrations: ');
  expect(output).toContain('ok    sender: no Bellhop runs the bot');
  expect(output).toContain('ok    telegram: the token belongs to @bellhop_bot');
  expect(output).toContain('ok    privacy mode: on');
  expect(output).toContain('ok    telegram mode: polling; 0 updates are waiting');
  expect(output).toContain(`ok    chat ${SEED.supportTeam}: the bot is member in “Support team” and may write there`);
  expect(output).toContain(`ok    admin ${SEED.carla}: the bot can write to Carla`);
  expect(output.trimEnd().split('\n').at(-1)).toBe('All checks passed.');
  expect(code).toBe(0);
  expect(await world.rows(`select from pg_tables where tablename like 'doctor%'`)).toEqual([]);
});

test.concurrent('beside a running Bellhop it passes and takes nothing from it: no update, no lock, no message', async (context) => {
  const world = await startWorld(context);
  const port = await freePort();
  const bellhop = await startProcess(world, { env: { PORT: String(port) } });
  await bellhop.said('telegram.connected');
  await postAlert(bellhop, alertOf(1));
  const { calls } = world.sandbox;
  const polls = () => calls.filter(({ method }) => method === 'getUpdates').length;
  const [before, messages] = [polls(), world.sandbox.messages(SEED.supportTeam).length];

  const { code, output } = await doctor(world, {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  expect(output).toContain(`ok    port: Bellhop is listening on 127.0.0.1:${port}`);
  expect(output).toContain(`ok    PUBLIC_URL: Bellhop answers at http://127.0.0.1:${port}`);
  expect(output).toContain('ok    sender: a running Bellhop holds the bot');
  expect(code).toBe(0);

  expect(polls()).toBe(before);
  expect(world.sandbox.messages(SEED.supportTeam)).toHaveLength(messages);
  expect(bellhop.output()).not.toContain('sender.lock_lost');
  const press = { chatId: SEED.supportTeam, messageId: 1, button: 'Acknowledge', by: SEED.ana };
  expect((await world.sandbox.press(press))?.text).toBe('#1 is yours');
});

test.concurrent('several things wrong at once: each is named, with the line to change', async (context) => {
  const world = await startWorld(context);
  const taken = await serve(context, (_, response) => response.end('not Bellhop'));
  const failed = await failures(world, {
    PORT: String(taken),
    TELEGRAM_CHAT_ID: '-100999',
    TELEGRAM_ADMIN_IDS: String(SEED.dmitri),
    CHATWOOT_BASE_URL: 'http://127.0.0.1:9',
    CHATWOOT_ACCOUNT_ID: '1',
    CHATWOOT_API_TOKEN: 'some-token-of-chatwoot',
    CHATWOOT_WEBHOOK_SECRET: '',
    CHATWOOT_ALERT_KEY: '',
    TAWK_WEBHOOK_SECRET: '',
  });
  expect([...failed.keys()]).toEqual(['port', 'chat -100999', `admin ${SEED.dmitri}`, 'chatwoot', 'sources']);
  expect(failed.get('port')?.found).toBe(`127.0.0.1:${taken} is in use by another program`);
  expect(failed.get('port')?.change).toMatch(/^PORT=\d+$/);
  expect(failed.get('chat -100999')).toMatchObject({
    found: 'Telegram says “Bad Request: chat not found”',
    change: expect.stringContaining('TELEGRAM_CHAT_ID='),
  });
  expect(failed.get(`admin ${SEED.dmitri}`)?.change).toContain('open https://t.me/bellhop_bot and press Start');
  expect(failed.get('chatwoot')?.found).toBe('http://127.0.0.1:9 cannot be reached (no proxy)');
  expect(failed.get('chatwoot')?.change).toContain('CHATWOOT_BASE_URL=');
  expect(failed.get('sources')?.change).toContain('CHATWOOT_WEBHOOK_SECRET=');
});

test.concurrent('as text, a failed check is one line with its meaning and the change', async (context) => {
  const world = await startWorld(context);
  const { code, output } = await doctor(world, { TELEGRAM_CHAT_ID: '-100999' });
  expect(output).toMatch(
    /^FAIL {2}chat -100999: Telegram says “Bad Request: chat not found”\. Cards cannot be shown there\. Change: Add @.*$/m,
  );
  const unpaired = (await doctor(world, { TELEGRAM_CHAT_ID: '', TELEGRAM_ADMIN_IDS: '' })).output;
  expect(unpaired).toMatch(/TELEGRAM_CHAT_ID: no chat is set\. Cards go where an admin pressed Send alerts here/);
  expect(unpaired).toMatch(/TELEGRAM_ADMIN_IDS: no admin is set\. Only those made admins in Telegram/);
  expect(output).toMatch(/^1 of \d+ checks failed\.$/m);
  expect(code).toBe(1);
  expect((await doctor(world, {}, ['--jsno'])).output).toContain('Usage: npm run doctor -- [--json]');
});

test.concurrent('a wrong token hides nothing of the database, and a wrong database nothing of Telegram', async (context) => {
  const world = await startWorld(context);
  const wrongToken = await failures(world, { TELEGRAM_BOT_TOKEN: '1234567:WRONG0bellhop0sandbox0bellhop0wrong' });
  expect([...wrongToken.keys()]).toEqual(['telegram']);
  expect(wrongToken.get('telegram')).toMatchObject({
    found: 'Telegram says “Unauthorized” to TELEGRAM_BOT_TOKEN',
    change: expect.stringMatching(/^TELEGRAM_BOT_TOKEN=/),
  });
  const noDatabase = await failures(world, { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:9/none' });
  expect([...noDatabase.keys()]).toEqual(['database']);
  expect(noDatabase.get('database')).toMatchObject({
    found: 'nothing listens at 127.0.0.1:9',
    change: expect.stringMatching(/^DATABASE_URL=postgres:\/\/nobody:<password>@127\.0\.0\.1:9\/none/),
  });
});

test.concurrent('a database that is not there, a user without rights, a read-only database', async (context) => {
  const world = await startWorld(context);
  const name = new URL(world.databaseUrl).pathname.slice(1);
  const missing = new URL(world.databaseUrl);
  missing.pathname = '/nowhere';
  expect((await failures(world, { DATABASE_URL: missing.href })).get('database')?.change).toMatch(
    /^Run: createdb nowhere/,
  );

  const role = `reader_${name}`;
  await world.rows(`create role ${role} login password 'reader'`);
  world.atEnd(async () => void (await world.rows(`drop owned by ${role}; drop role ${role}`)));
  await world.rows('revoke create on schema public from public');
  const asReader = new URL(world.databaseUrl);
  [asReader.username, asReader.password] = [role, 'reader'];
  const reader = await failures(world, { DATABASE_URL: asReader.href });
  expect(reader.get('database writes')).toMatchObject({
    found: `the user ${role} is not allowed to create tables`,
    change: `Run as the owner of the database: grant create on schema public to ${role};`,
  });
  await world.rows(`grant create on schema public to ${role}`);
  await world.rows('create table lanes (lane text primary key)');
  expect((await failures(world, { DATABASE_URL: asReader.href })).get('database writes')?.change).toBe(
    `Run as the owner of the tables: grant all on all tables in schema public to ${role};`,
  );

  await world.rows(`alter database ${name} set default_transaction_read_only to on`);
  expect((await failures(world, {})).get('database writes')).toMatchObject({
    found: 'the database is read-only',
    change: expect.stringContaining('DATABASE_URL=<the primary>'),
  });
});

test.concurrent('a transaction pooler: the line without it', async (context) => {
  const world = await startWorld(context);
  const pooler = await startTransactionPooler(world.databaseUrl, 'last-used');
  context.onTestFinished(pooler.stop);
  const failed = await failures(world, { DATABASE_URL: pooler.url });
  expect(failed.get('database sessions')).toMatchObject({
    found: 'DATABASE_URL points to a transaction-mode pooler',
    change: expect.stringMatching(/^DATABASE_URL_DIRECT=postgres:\/\/.*127\.0\.0\.1:5432\//),
  });
});

test.concurrent('a DATA_DIR that cannot be written', async (context) => {
  const world = await startWorld(context);
  const failed = await failures(world, { DATABASE_URL: '', DATA_DIR: '/dev/null/bellhop' });
  expect([...failed.keys()]).toEqual(['database', 'disk']);
  expect(failed.get('disk')?.change).toMatch(/^DATA_DIR=/);
});

test.concurrent('what the bot may not do in its chat', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const chat = `chat ${SEED.supportTeam}`;
  sandbox.muteBot(SEED.supportTeam);
  expect((await failures(world, {})).get(chat)).toMatchObject({
    found: 'the bot may not write in “Support team”',
    change: expect.stringContaining('Make @bellhop_bot an admin of “Support team”'),
  });
  sandbox.kickBot(SEED.supportTeam);
  expect((await failures(world, {})).get(chat)?.change).toContain('Add @bellhop_bot to');
  expect((await failures(world, { TELEGRAM_CHAT_ID: `${SEED.supportTeam}:9` })).size).toBe(1);
  sandbox.deleteTopic(SEED.forum, SEED.topics.urgent);
  const topic = `${SEED.forum}:${SEED.topics.urgent}`;
  expect((await failures(world, { TELEGRAM_CHAT_ID: topic })).get(`chat ${topic}`)).toMatchObject({
    found: 'Telegram says “Bad Request: message thread not found” to its topic in “Support desk”',
    change: expect.stringContaining(`TELEGRAM_CHAT_ID=${SEED.forum}:<the thread`),
  });
});

test.concurrent("another program's webhook is named by its host alone; Bellhop's own is no fault", async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const setWebhook = (url: string) =>
    fetch(`${sandbox.apiRoot}/bot${sandbox.token}/setWebhook?url=${encodeURIComponent(url)}`);
  await setWebhook(`http://127.0.0.1:9/webhooks/telegram/${sandbox.token}`);
  const foreign = (await failures(world, {})).get('telegram mode');
  expect(foreign?.found).toBe('polling, but the webhook belongs to another program at 127.0.0.1:9');
  expect(foreign?.change).toContain('@BotFather');
  const own = await doctor(world, { PUBLIC_URL: 'http://127.0.0.1:9' });
  expect(own.output).toContain(
    "polling; 0 updates are waiting; a webhook of Bellhop's own is removed at the next start",
  );
});

test.concurrent('webhook mode: what the next start sets, what works, and what Telegram cannot deliver', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const door = await useWebhooks(sandbox);
  context.onTestFinished(door.close);
  expect((await doctor(world)).output).toContain('telegram mode: webhook, which the next start sets; 0 updates');

  const bellhop = await startProcess(world);
  await bellhop.said('telegram.webhook_set');
  expect((await doctor(world)).output).toContain(`ok    telegram mode: webhook at ${door.url}; 0 updates are waiting`);
  door.onPost = async () => 502;
  sandbox.type({ chatId: SEED.supportTeam, by: SEED.ana, text: '/whoami' });
  await sandbox.waitFor(() => sandbox.webhookFailures > 0);
  expect((await failures(world, {})).get('telegram mode')).toMatchObject({
    found: 'webhook; Telegram reports “Wrong response from the webhook: 502 Bad Gateway”, and 1 updates are waiting',
    change: expect.stringMatching(/^PUBLIC_URL=/),
  });
  const moved = await doctor(world, { PUBLIC_URL: 'http://127.0.0.1:9', TELEGRAM_MODE: 'polling' });
  expect(moved.output).toMatch(/^note {2}telegram mode: polling; the webhook is at .*, where a Bellhop set it/m);
});

test.concurrent('settings that cannot be read: with --json too, each with its line', async (context) => {
  const world = await startWorld(context);
  const { code, output } = await doctor(world, { TELEGRAM_MODE: 'webhook', PORT: 'x' }, ['--json']);
  expect(code).toBe(78);
  expect(JSON.parse(output.slice(0, output.indexOf('\n}') + 2))).toEqual({
    ok: false,
    checks: [
      { name: 'PORT', state: 'fail', found: expect.any(String), means: 'Bellhop cannot start', change: 'PORT=3000' },
      expect.objectContaining({ name: 'PUBLIC_URL', change: 'PUBLIC_URL=https://bellhop.example.com' }),
    ],
  });
});

test.concurrent('PUBLIC_URL: not seen while nothing runs, wrong while Bellhop runs', async (context) => {
  const world = await startWorld(context);
  const other = await serve(context, (_, response) => response.writeHead(404).end('nginx'));
  const port = await freePort();
  const env = { PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${other}` };
  const stopped = await doctor(world, env);
  expect(stopped.output).toMatch(/^note {2}PUBLIC_URL: .* answers 404, not Bellhop; Bellhop is not running here\./m);
  expect(stopped.code).toBe(0);

  await startProcess(world, { env });
  expect((await failures(world, env)).get('PUBLIC_URL')).toMatchObject({
    found: expect.stringContaining('answers 404, not Bellhop, although Bellhop is running'),
    change: expect.stringMatching(`^PUBLIC_URL=.*http://127.0.0.1:${port}$`),
  });
});

test.concurrent("a clock that is wrong by Telegram's", async (context) => {
  const world = await startWorld(context);
  const wrong = await serve(context, (request, response) => {
    const date = new Date(Date.now() - 600_000).toUTCString();
    const answer = (status: number, body: string) =>
      response.writeHead(status, { date, 'content-type': 'application/json' }).end(body);
    const ask = async () => {
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
      const init = request.method === 'POST' ? { method: 'POST', body: await text(request), headers } : {};
      const got = await fetch(`${world.sandbox.apiRoot}${request.url}`, init);
      answer(got.status, await got.text());
    };
    ask().catch(() => answer(502, '{}'));
  });
  const failed = await failures(world, { TELEGRAM_API_ROOT: `http://127.0.0.1:${wrong}` });
  expect([...failed.keys()]).toEqual(['telegram clock']);
  expect(failed.get('telegram clock')).toMatchObject({
    found: expect.stringMatching(/this machine's clock is (599|600|601) s ahead of Telegram/),
    change: expect.stringContaining('timedatectl set-ntp true'),
  });
});

test.concurrent('the digest: off, on by DIGEST_AT or by a lead, and whether it can be sent where it goes', async (context) => {
  const world = await startWorld(context);
  const db = { DATABASE_URL: world.databaseUrl };
  const bellhop = await startProcess(world, {});
  await bellhop.said('telegram.connected');
  bellhop.signal('SIGTERM');
  await bellhop.exited;
  const lines = async (env: Record<string, string> = {}) =>
    (await doctor(world, { ...db, ...env })).output.split('\n').filter((line) => / digest: /.test(line));
  expect(await lines()).toEqual(['ok    digest: off; /settings or DIGEST_AT=09:00 sets a time']);
  const where = `every day at 09:00 (UTC), into chat ${SEED.supportTeam}`;
  expect(await lines({ DIGEST_AT: '09:00' })).toEqual([`ok    digest: ${where}, where the bot may write`]);
  expect(await lines({ DIGEST_AT: '09:00', TELEGRAM_CHAT_ID: '' })).toEqual([
    expect.stringContaining('note  digest: every day at 09:00 (UTC), but no chat receives alerts yet'),
  ]);
  const set = JSON.stringify({ at: 18 * 60, setAt: null });
  const place = JSON.stringify({ chatId: SEED.supportTeam, threadId: null, title: 'Support team' });
  await world.rows(
    `insert into settings (key, value, changed_at) values ('digest', $1, now()), ('default-place', $2, now())`,
    set,
    place,
  );
  expect(await lines({ TELEGRAM_CHAT_ID: '' })).toEqual([
    `ok    digest: every day at 18:00 (UTC), into chat ${SEED.supportTeam}, where the bot may write`,
  ]);
  world.sandbox.kickBot(SEED.supportTeam);
  const failed = await failures(world, { ...db, TELEGRAM_CHAT_ID: '' });
  expect(failed.get('digest')).toMatchObject({ found: expect.stringContaining('18:00'), means: 'It cannot be sent' });
});
