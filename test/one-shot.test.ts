import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { postAlert, postChatwoot, postTawk, type Product, productEnv, quiet, startProduct } from './support/product.ts';

const run = promisify(execFile);

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

/** Runs one of the commands as npm would; the exit code and what it printed. */
async function command(args: string[], env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const all = { ...productEnv(product.sandbox, product.databaseUrl), ...env, PATH: process.env['PATH'] ?? '' };
  try {
    const { stdout, stderr } = await run(process.execPath, ['src/main.ts', ...args], { env: all });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}

test('doctor passes every check, with a line for each', async () => {
  const { code, output } = await command(['doctor']);
  expect(output).toContain('ok    database: PostgreSQL');
  expect(output).toContain('ok    telegram: the token belongs to @bellhop_bot');
  expect(output).toContain(`ok    chat ${SEED.supportTeam}: the bot's status in “Support team” is member`);
  expect(output).toContain('All checks passed.');
  expect(code).toBe(0);
});

test('doctor names what failed and how to fix it, and exits 1', async () => {
  const { code, output } = await command(['doctor'], {
    TELEGRAM_CHAT_ID: '-100999',
    TELEGRAM_ADMIN_IDS: String(SEED.dmitri),
    CHATWOOT_BASE_URL: 'http://127.0.0.1:9',
    CHATWOOT_ACCOUNT_ID: '1',
    CHATWOOT_API_TOKEN: 'some-token-of-chatwoot',
  });
  expect(code).toBe(1);
  expect(output).toMatch(/^\d of \d+ checks failed\.$/m);
  expect(output).toMatch(/FAIL  chat -100999: Telegram says “Bad Request: chat not found”\. Add the bot/);
  expect(output).toMatch(/FAIL  chatwoot: http:\/\/127\.0\.0\.1:9 cannot be reached \(no proxy\)\. Check/);
  expect(output).not.toContain(product.sandbox.token);
});

test('doctor: a wrong token, a database that is not there', async () => {
  const wrongToken = await command(['doctor'], { TELEGRAM_BOT_TOKEN: '1234567:WRONG0bellhop0sandbox0bellhop0wrong' });
  expect(wrongToken.output).toMatch(/FAIL  telegram: .*Copy TELEGRAM_BOT_TOKEN/);
  const noDatabase = await command(['doctor'], { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:9/none' });
  expect(noDatabase.output).toMatch(/FAIL  database: it cannot be used\. The database is not responding/);
});

test("doctor: another program's webhook is named by its host alone, and is not Bellhop's to remove", async () => {
  const { sandbox } = product;
  const setWebhook = (url: string) =>
    fetch(`${sandbox.apiRoot}/bot${sandbox.token}/setWebhook?url=${encodeURIComponent(url)}`);
  await setWebhook(`http://127.0.0.1:9/webhooks/telegram/${sandbox.token}`);
  const { code, output } = await command(['doctor']);
  expect(output).toMatch(/webhook: it belongs to another program at 127\.0\.0\.1:9\. Create a bot for Bellhop alone/);
  expect(output).not.toContain('webhooks/telegram');
  expect(code).toBe(1);
  const own = await command(['doctor'], { PUBLIC_URL: 'http://127.0.0.1:9' });
  expect(own.output).toContain("webhook: it is Bellhop's own and is removed at the next start");
  await setWebhook('');
});

test('replay processes again what came to nothing, leaves the rest alone, and repeats without harm', async () => {
  const sql = new Client(product.databaseUrl);
  await sql.connect();
  const start =
    '{"event":"chat:start","chatId":"r1","time":"2026-03-14T09:26:53.589Z","message":{"text":"hi","type":"msg","sender":{"type":"visitor"}},"visitor":{"name":"Rae"},"property":{"id":"p1","name":"Shop"}}';
  await postTawk(product, start);
  await quiet(product);
  await postTawk(product, start.replace('r1', 'r2'));
  const { sandbox, chatId } = product;
  const cards = () => sandbox.messages(chatId).filter((message) => message.text?.includes('TAWK CHAT')).length;
  await sandbox.waitFor(() => cards() === 2, { what: 'both cards' });
  await quiet(product);
  // As if an older parser had not understood the second.
  await sql.query(
    `update inbound_events set state = 'drift', content_key = null, incidence_id = null where body::text like '%' || encode('r2', 'hex') || '%'`,
  );
  await sql.query(`delete from deliveries where incidence_id = 2`);
  await sql.query(`delete from cards where incidence_id = 2`);
  await sql.query(`delete from incidence_history where incidence_id = 2`);
  await sql.query(`delete from incidences where id = 2`);

  const dry = await command(['replay', '--since', '2026-01-01', '--dry-run']);
  expect(dry.output).toContain('1 × tawk chat:start: drift → event');
  expect(dry.output).toContain('1 would be queued for reprocessing; 1 skipped');
  expect(cards()).toBe(2);

  expect((await command(['replay', '--since', '2026-01-01'])).output).toContain('1 queued for reprocessing');
  await sandbox.waitFor(() => cards() === 3, { what: 'the card of the replayed event' });
  const again = await command(['replay', '--since', '2026-01-01']);
  expect(again.output).toContain('0 queued for reprocessing; 2 skipped');
  await sql.end();
});

test('replay without a time says how it is used', async () => {
  const { code, output } = await command(['replay']);
  expect(code).toBe(1);
  expect(output).toContain('--since must be an ISO 8601 time');
});

test.each([['--dryrun'], ['dry-run'], ['--dry-run=yes'], ['--until', '2026-01-02']])(
  'replay with %s, which it does not know, says how it is used and does nothing',
  async (...unknown) => {
    const { code, output } = await command(['replay', '--since', '2026-01-01', ...unknown]);
    expect(code).toBe(1);
    expect(output).toContain('Usage: npm run replay -- --since 2026-01-31T08:00:00Z [--dry-run]');
    expect(output).not.toContain('reprocessed');
  },
);

test('a replayed answer, or end, of before an incidence is none of it', async () => {
  const at = Math.floor(Date.now() / 1000);
  const conversation = { id: 'old', status: 'open', account: { id: 1 } };
  const answer = {
    event: 'message_created',
    id: 1,
    content: 'There you are',
    message_type: 'outgoing',
    created_at: at - 5,
    sender: { type: 'user', name: 'Zoe' },
    account: { id: 1 },
    conversation,
  };
  const end = { ...conversation, event: 'conversation_resolved', status: 'resolved', updated_at: at - 4 };
  for (const body of [answer, end]) await postChatwoot(product, JSON.stringify(body));
  await quiet(product);
  const alert = { severity: 'critical', reason: 'X', conversation_id: 'old', message: 'Anybody there?' };
  const { body } = await postAlert(product, alert);
  await quiet(product);

  expect((await command(['replay', '--since', '2026-01-01'])).output).toContain('2 queued for reprocessing');
  await quiet(product);
  const card = product.sandbox
    .messages(product.chatId)
    .findLast(({ text }) => text?.endsWith(`#${Number(body['incidence_id'])} · open`));
  expect(card?.text).toContain('Anybody there?');
  expect(card?.text).not.toMatch(/Answered|Assigned/);
  const reasons = await product.rows(
    `select reason from inbound_events where incidence_id = $1 and state = 'ignored' order by id`,
    body['incidence_id'],
  );
  expect(reasons).toEqual([
    { reason: 'this answer is older than the incidence' },
    { reason: 'resolved before this incidence opened' },
  ]);
});
