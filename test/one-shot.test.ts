import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
    const { stdout, stderr } = await run(process.execPath, ['bin/bellhop.js', ...args], { env: all });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}

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

test.each([
  [['doctr'], '“doctr” is not a command. Commands: start, demo, migrate'],
  [['--help'], '“--help” is not a command'],
  [['start', '--port', '80'], 'start takes no arguments: remove --port 80'],
  [['migrate', '--dry-run'], 'migrate takes no arguments: remove --dry-run'],
  [['recount', '--dry-run'], 'recount takes no arguments'],
  [['demo', '--fresh'], 'demo takes no arguments'],
])('%j neither starts nor changes anything, and says what there is', async (args, words) => {
  const { code, output } = await command(args);
  expect(code).toBe(1);
  expect(output).toContain(words);
  expect(output).not.toContain('listening on');
});

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

test('recount counts the hours of the statistics anew, and says how many', async () => {
  await postAlert(product, { severity: 'low', reason: 'X', conversation_id: 'recounted', message: 'x' });
  await quiet(product);
  await product.rows(`update incidence_history set at = at - interval '5 hours'`);
  const { code, output } = await command(['recount']);
  expect(code).toBe(0);
  expect(output).toMatch(/^[456] hours counted from the history\.$/m);
});
