import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';

let product: Product;
let sql: Client;
beforeAll(async () => {
  product = await startProduct();
  sql = new Client(product.databaseUrl);
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await product.stop();
});

const alert = (id: number) => ({ severity: 'high', reason: 'TEST', conversation_id: id, message: `help ${id}` });

async function ask(text: string, answered: (answer: string) => boolean): Promise<string> {
  const { sandbox, chatId } = product;
  const answers = () => sandbox.messages(chatId).filter((message) => answered(message.text ?? ''));
  const already = answers().length;
  sandbox.type({ chatId, by: SEED.ben, text });
  const read = () => answers()[already];
  return (await sandbox.waitFor(read, { what: `the answer to ${text}` })).text ?? '';
}

test('/why tells the story of an incidence: received, processed, queued, sent, acknowledged, edited', async () => {
  const id = Number((await postAlert(product, alert(1))).body['incidence_id']);
  const { sandbox, chatId } = product;
  const card = sandbox.messages(chatId).find((message) => message.text?.includes(`#${id} · open`));
  await sandbox.press({ chatId, messageId: card?.message_id ?? 0, button: 'Acknowledge', by: SEED.ana });
  await sandbox.waitFor(() => sandbox.message(chatId, card?.message_id ?? 0)?.text?.includes('acknowledged by Ana'));
  // The edit is recorded just after Telegram shows it.
  await quiet(product);
  const story = await ask(`/why ${id}`, (text) => text.startsWith(`🧾 History of #${id}`));
  const steps = [
    'received as an alert',
    /processed after \d+ ms/,
    'alert: opened, severity high',
    `queued: new card for Support team (${chatId})`,
    `new card sent as message ${card?.message_id}`,
    'acknowledged by Ana',
    `queued: card update for Support team (${chatId})`,
    `card update shown in message ${card?.message_id}`,
  ];
  const places = steps.map((step) => (typeof step === 'string' ? story.indexOf(step) : story.search(step)));
  expect(
    places.every((place) => place >= 0),
    story,
  ).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('a delivery nobody can send is given up without holding up the chat, reported to the admin, and sent again on request', async () => {
  const id = Number((await postAlert(product, alert(2))).body['incidence_id']);
  await sql.query(
    `insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
     values ($1, 'pigeon', 'test', $2, '{}', 0, now(), now() - interval '5 hours')`,
    [`telegram:${product.chatId}`, id],
  );
  expect((await postAlert(product, alert(3))).status).toBe(200);
  const { sandbox } = product;
  await sandbox.waitFor(
    () => sandbox.messages(SEED.carla).some((message) => message.text?.includes('Delivery failed')),
    {
      what: 'the note to the admin',
      timeoutMs: 20_000,
    },
  );

  const list = await ask('/failed', (text) => text.startsWith('⚠️ Failed deliveries: 1'));
  expect(list).toContain('no sender for deliveries of kind pigeon');
  await sql.query(`update deliveries set kind = 'send_card', payload = $1 where kind = 'pigeon'`, [
    JSON.stringify({ chatId: SEED.forum, threadId: SEED.topics.urgent }),
  ]);
  const message = sandbox
    .messages(product.chatId)
    .find((candidate) => candidate.text?.startsWith('⚠️ Failed deliveries'));
  const press = {
    chatId: product.chatId,
    messageId: message?.message_id ?? 0,
    button: `Retry #${id}`,
    by: SEED.ben,
  };
  expect(await sandbox.press(press)).toMatchObject({ text: 'Retrying now' });
  await sandbox.waitFor(() => sandbox.messages(SEED.forum).some((sent) => sent.text?.includes('Conversation ID: #2')));
});

test('/why tells what happened in one instant in the order it was written down', async () => {
  const id = String((await postAlert(product, alert(4))).body['incidence_id']);
  await product.rows(
    `insert into incidence_history (incidence_id, at, action, actor, note)
     select $1, '2026-01-31T12:00:00Z', 'note', 'Ana', 'number ' || n from generate_series(1, 20) n`,
    id,
  );
  const story = await ask(`/why ${id}`, (text) => text.startsWith(`🧾 History of #${id}`));
  const numbers = [...story.matchAll(/note by Ana: number (\d+)/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});
