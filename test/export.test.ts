import { unzipSync } from 'fflate';
import { sql } from 'kysely';
import { type TestContext, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { readOpened } from '../src/exports/export-store.ts';
import { openChat } from './support/chat.ts';
import { startStores } from './support/lives.ts';
import { postAlert, postTawk, type Product, quiet, startProduct } from './support/product.ts';

const { ana, carla, dmitri } = SEED;

/** Two admins: Carla has written to the bot before, Dmitri has not. */
async function startTeam({ onTestFinished }: TestContext) {
  const begun = Date.now();
  const now = () => new Date(Date.parse('2026-11-18T20:00:00Z') + Date.now() - begun);
  const env = { TIMEZONE: 'Asia/Kolkata', TELEGRAM_ADMIN_IDS: `${carla},${dmitri}` };
  const product = await startProduct({ env, now });
  onTestFinished(() => product.stop());
  product.sandbox.join(SEED.supportTeam, dmitri);
  return { product, team: openChat(product), own: openChat(product, carla) };
}

/** The documents in a chat, as they arrived. */
function documentsIn(product: Product, chat: ReturnType<typeof openChat>) {
  return chat
    .messages()
    .flatMap(({ document, text }) =>
      document
        ? [{ name: document.file_name, caption: text, content: product.sandbox.documentContent(document.file_id) }]
        : [],
    );
}

test('a lead gets the incidences of a period as CSV in private, wherever it was asked for', async (context) => {
  const { product, team, own } = await startTeam(context);
  const additional_info = { current_screen: 'Cart', cart_value: 1500 };
  const angry = { severity: 'high', reason: 'X', conversation_id: 7, customer_name: '=cmd|calc', additional_info };
  await postAlert(product, { ...angry, message: 'Where is "it",\nplease?' });
  await postAlert(product, { severity: 'low', reason: 'Y', conversation_id: 8, message: 'नमस्ते' });
  await quiet(product);
  await team.ask('/tag 1 vip refund');
  await team.ask('/ack 1', ana);
  const { text } = await team.ask('/export 7d', carla);
  expect(text).toBe('2 incidences sent to you in private.');

  const [file, ...others] = documentsIn(product, own);
  expect(others).toEqual([]);
  expect(file?.name).toBe('bellhop-incidences-7d.csv');
  expect(file?.caption).toBe('2 incidences, opened: the last 7 days. This export is recorded under your name.');
  const csv = file?.content.toString() ?? '';
  expect(csv).toMatch(/^\uFEFFnumber,source,kind,/);
  expect(csv).toContain(`,'=cmd|calc,`);
  expect(csv).toContain(',"Where is ""it"",\nplease?",');
  expect(csv).toMatch(/,"refund, vip",1,2026-11-19 01:3\d:\d\d,2026-11-19 01:3\d:\d\d,Ana,/);
  expect(csv).toContain(',नमस्ते,');
  expect(csv.split('\r\n')).toHaveLength(4);

  const taken = await product.rows(
    'select kind, count, opens_from, first_name from exports join people on people.id = person_id',
  );
  expect(taken).toEqual([
    { kind: 'incidences', count: 2, opens_from: new Date('2026-11-12T18:30:00Z'), first_name: 'Carla' },
  ]);
});

test('transcripts come as a ZIP of pages', async (context) => {
  const { product, own } = await startTeam(context);
  const messages = [
    { sender: { t: 'v', n: 'Priya' }, type: 'msg', msg: 'Where is my order?', time: '2026-11-18T19:00:00.000Z' },
    { sender: { t: 'a', n: 'Meera' }, type: 'msg', msg: 'On its way.', time: '2026-11-18T19:01:00.000Z' },
  ];
  const chat = { id: 'chat-1', visitor: { name: 'Priya' }, messages };
  await postTawk(
    product,
    JSON.stringify({ event: 'chat:transcript_created', property: { id: 'p', name: 'Shop' }, chat }),
  );
  await quiet(product);
  own.typed('/export 7d transcripts', carla);
  await product.sandbox.waitFor(() => documentsIn(product, own).length > 0, { what: 'the ZIP' });
  const [zip] = documentsIn(product, own);
  expect(zip?.name).toBe('bellhop-transcripts-7d.zip');
  const entries = unzipSync(new Uint8Array(zip?.content ?? Buffer.alloc(0)));
  expect(Object.keys(entries)).toEqual(['transcript-1-priya.html']);
  expect(Buffer.from(entries['transcript-1-priya.html'] ?? []).toString()).toContain('Where is my order?');
});

test('who may not, asks wrongly or has never started the bot is told what to do', async (context) => {
  const { product, team } = await startTeam(context);
  await postAlert(product, { severity: 'low', reason: 'Y', conversation_id: 8, message: 'x' });
  await quiet(product);
  expect((await team.ask('/export 7d', ana)).text).toBe('Only leads and admins can export.');
  expect((await team.ask('/export 8d', carla)).text).toContain("/export doesn't know “8d”. Use a period (today, ");
  expect((await team.ask('/export yesterday', carla)).text).toBe('No incidences were opened in the period: yesterday.');
  expect((await team.ask('/export today transcripts', carla)).text).toBe(
    'No transcripts are stored for the period: today.',
  );
  expect((await team.ask('/export today', dmitri)).text).toBe(
    'Bellhop cannot write to you yet. Open https://t.me/bellhop_bot, press Start and repeat the command.',
  );
  expect(documentsIn(product, openChat(product, dmitri))).toEqual([]);
});

test('of many incidences each is read once, in order', async () => {
  const { db } = await startStores();
  const count = 5_000;
  await sql`
    insert into incidences (source, kind, account, external_id, status, severity, happened_at, opened_at, updated_at)
    select 'chatwoot', 'conversation', '1', number::text, 'closed', 'low', at, at, at
    from generate_series(1, ${count}) number
    cross join lateral (select timestamptz '2026-11-01' + number / 7 * interval '0.5 seconds' as at) times`.execute(db);
  await sql`analyze incidences`.execute(db);
  await db.transaction().execute(async (trx) => {
    // As of a table that does not fit into memory.
    await sql`set local enable_seqscan = off`.execute(trx);
    const numbers: unknown[] = [];
    const span = { from: new Date('2026-10-01'), to: new Date('2026-12-01') };
    for await (const rows of readOpened(trx, span, 'UTC')) numbers.push(...rows.map(([number]) => Number(number)));
    expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    const { rows } = await sql<{ read: number }>`
      select idx_tup_fetch::integer as read from pg_stat_xact_user_tables where relname = 'incidences'`.execute(trx);
    expect(rows[0]?.read).toBeLessThan(2 * count);
  });
});
