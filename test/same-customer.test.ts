import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Chat, openChat } from './support/chat.ts';
import {
  forgetEverything,
  postAlert,
  postChatwootByKey,
  postTawk,
  type Product,
  quiet,
  startProduct,
} from './support/product.ts';
import { waitUntil } from './support/wait.ts';

let product: Product;
let team: Chat;
const now = new Date('2026-11-18T12:00:00Z');
beforeAll(async () => {
  product = await startProduct({ now: () => now });
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

async function alert(conversation: number, more: object): Promise<number> {
  const facts = { severity: 'low', reason: 'X', conversation_id: conversation, message: 'help', ...more };
  const id = Number((await postAlert(product, facts)).body['incidence_id']);
  await indexed();
  return id;
}

async function chat(chatId: string, email: string): Promise<number> {
  const message = { text: 'hello', type: 'msg', sender: { type: 'visitor' } };
  await postTawk(product, JSON.stringify({ event: 'chat:start', chatId, message, visitor: { name: 'Asha', email } }));
  await indexed();
  const [{ id } = { id: 0 }] = await product.rows<{ id: string }>(
    'select id from incidences where external_id = $1',
    chatId,
  );
  return Number(id);
}

async function indexed(): Promise<void> {
  await quiet(product);
  await waitUntil(async () => {
    const [stale] = await product.rows(`select 1 from incidences left join incidence_search on incidence_id = id
      where incidence_search.version is distinct from incidences.version limit 1`);
    return stale === undefined;
  });
}

const lineOf = (text = '') => /^Same customer: (.*)$/m.exec(text)?.[1];

test('a card tells what else of the customer is open, across both sources', async () => {
  const first = await chat('tawk-1', 'Asha@Example.com');
  expect(lineOf(team.card(first).text)).toBeUndefined();
  const second = await alert(1, { customer_email: 'asha@example.com' });
  expect(lineOf(team.card(second).text)).toBe(`also #${first}, open`);
  await team.ask(`/close ${first}`);
  await team.ask(`/tag ${second} vip`);
  expect(lineOf((await team.waitForCard(second, 'Tags: vip')).text)).toBeUndefined();
});

test('customers are told by a user id that their backend named', async () => {
  const facts = { additional_info: { user_id: 'user_7' } };
  const first = await alert(1, facts);
  const second = await alert(2, facts);
  expect(lineOf(team.card(second).text)).toBe(`also #${first}, open`);
});

test('customers are told by a phone number, however it is written', async () => {
  const conversation = { event: 'conversation_created', status: 'open', account: { id: 9 }, messages: [] };
  for (const [index, phone] of ['+49 170 12 34', '+49-1701234'].entries()) {
    const sender = { name: 'Asha', phone_number: phone };
    await postChatwootByKey(product, JSON.stringify({ ...conversation, id: index + 1, meta: { sender } }));
    await indexed();
  }
  const rows = await product.rows<{ id: string }>('select id from incidences order by id');
  const [first, second] = rows.map(({ id }) => Number(id));
  expect(lineOf(team.card(Number(second)).text)).toBe(`also #${first}, open`);
});

test.each([
  ['a relay address of Tawk', { customer_email: 'x@mail.tawk.email' }],
  ['nothing at all', {}],
])('%s tells nobody', async (_, facts) => {
  await alert(1, facts);
  const second = await alert(2, facts);
  expect(lineOf(team.card(second).text)).toBeUndefined();
});

test('/incidence also tells what was closed, and when', async () => {
  const facts = { customer_email: 'asha@example.com' };
  const old = await alert(1, facts);
  const recent = await alert(2, facts);
  const open = await alert(3, facts);
  const asked = await alert(4, facts);
  await team.ask(`/close ${old}`);
  await team.ask(`/close ${recent}`);
  await product.rows(`update incidences set closed_at = '2026-05-02T10:00Z' where id = $1`, old);
  await product.rows(`update incidences set closed_at = '2026-11-17T10:00Z' where id = $1`, recent);
  expect(lineOf((await team.ask(`/incidence ${asked}`)).text)).toBe(
    `also #${open}, open · also #${recent}, closed Tuesday · also #${old}, closed 2 May 2026`,
  );
});

test('a customer with very many incidences has the newest named', async () => {
  const ids: number[] = [];
  for (let conversation = 1; conversation <= 6; conversation += 1)
    ids.push(await alert(conversation, { customer_email: 'asha@example.com' }));
  const [, , third, fourth, fifth, last] = ids;
  expect(lineOf(team.card(Number(last)).text)).toBe(
    `also #${fifth}, open · also #${fourth}, open · also #${third}, open`,
  );
});
