import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Message } from 'telegram-sandbox';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, type Chat, openChat } from './support/chat.ts';
import { forgetEverything, postAlert, postChatwoot, type Product, quiet, startProduct } from './support/product.ts';

const { ana, ben, supportTeam: chatId } = SEED;

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

const alert = (conversation: number) =>
  postAlert(product, { severity: 'critical', reason: 'X', conversation_id: conversation, message: 'help' });

async function webhook(id: number): Promise<void> {
  const conversation = { event: 'conversation_created', id, status: 'open', account: { id: 9 }, messages: [] };
  await postChatwoot(product, JSON.stringify({ ...conversation, meta: { sender: { name: 'Ivo' } } }));
  await quiet(product);
}

test.each(['/open', '/mine', '/open chatwoot unacked'])(
  '%s with nothing open at all is an all-clear',
  async (command) => {
    expect((await team.ask(command)).text).toMatch(/^✅ All caught up: nothing is open.$/);
  },
);

test.each([
  ['only alerted about', [alert], { chatwoot: true, alert: true }],
  ['told of by a webhook, then alerted about', [webhook, alert], { chatwoot: true, alert: true }],
  ['only told of by a webhook', [webhook], { chatwoot: true, alert: false }],
])('a Chatwoot conversation %s is found by what it is', async (_name, steps, found) => {
  for (const step of steps) await step(77);
  const isListed = async (filter: string) =>
    (await team.ask(`/open ${filter}`)).text?.startsWith(`📂 Open, ${filter}: 1\n`);
  expect({ chatwoot: await isListed('chatwoot'), alert: await isListed('alert') }).toEqual(found);
  expect((await team.ask('/open tawk')).text).toBe('📂 Open, tawk: no matches. 1 open in total: /open');
});

test('a list of several pages says which one it is, and narrows only what was asked for', async () => {
  await openMany(11);
  const [hint, filtered, mine] = [
    (await team.ask('/open')).text,
    (await team.ask('/open Critical')).text,
    (await team.ask('/open critical unacked')).text,
  ].map((text) => text?.split('\n').at(-1));
  expect(hint).toBe('1–10 of 11. Narrow it down: /open critical, /open unacked, /open mine');
  expect(filtered).toBe('1–10 of 11. Narrow it down: /open critical unacked, /open critical mine');
  expect(mine).toBe('1–10 of 11. Narrow it down with a source or a tag.');
});

async function openMany(count: number): Promise<void> {
  for (let conversation = 1; conversation <= count; conversation += 1) await alert(conversation);
  await quiet(product);
}

const numbersIn = ({ text = '' }: Message) => Array.from(text.matchAll(/#(\d+) /g), ([, id]) => Number(id));
const rangeIn = ({ text = '' }: Message) => /^\d+–\d+ of \d+/m.exec(text)?.[0];
const turnsOf = (message: Message) => buttonsOf(message).filter((button) => !button.startsWith('#'));
const again = (list: Message) => team.messages().find(({ message_id }) => message_id === list.message_id) ?? list;

/** Turns a page; resolves with the message as it is once it shows that range. */
async function turn(list: Message, button: string, range: string, by: number = ana): Promise<Message> {
  await team.pressUnder(list, button, by);
  await product.sandbox.waitFor(() => rangeIn(again(list)) === range, { what: range });
  return { ...again(list) };
}

test('pages turn in the same message, forth and back, each incidence on one of them', async () => {
  await openMany(23);
  const first = { ...(await team.ask('/open')) };
  expect(turnsOf(first)).toEqual(['›']);
  const second = await turn(first, '›', '11–20 of 23');
  expect(turnsOf(second)).toEqual(['‹', '›']);
  const third = await turn(first, '›', '21–23 of 23');
  expect(turnsOf(third)).toEqual(['‹']);
  const seen = [first, second, third].flatMap(numbersIn);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(new Set(seen).size).toBe(23);
  expect(numbersIn(await turn(first, '‹', '11–20 of 23'))).toEqual(numbersIn(second));
  expect(numbersIn(await turn(first, '‹', '1–10 of 23'))).toEqual(numbersIn(first));
});

test('pages follow what closes meanwhile: nothing is skipped, and none is empty', async () => {
  await openMany(21);
  const list = await team.ask('/open');
  const [one, two, ...others] = numbersIn(list);
  await team.ask(`/close ${one}`);
  await team.ask(`/close ${two}`);
  const second = await turn(list, '›', '9–18 of 19');
  await team.pressUnder(list, '‹');
  const first = await product.sandbox.waitFor(() => {
    const shown = again(list);
    return rangeIn(shown) === '1–10 of 19' && { ...shown };
  });
  expect(numbersIn(first)).toEqual([...others, ...numbersIn(second).slice(0, 2)]);

  await turn(list, '›', '11–19 of 19');
  const beyond = await team.ask('/open');
  for (const id of numbersIn(again(list))) await team.ask(`/close ${id}`);
  await team.pressUnder(beyond, '›');
  await product.sandbox.waitFor(() => again(beyond).text?.startsWith('📂 Open: 10\n'));
  expect(turnsOf(again(beyond))).toEqual([]);
});

test('a colleague who turns the page of /mine sees the same list', async () => {
  await openMany(12);
  await product.rows(`update incidences set status = 'acknowledged', acknowledged_by = people.id, acknowledged_at = now()
    from people where telegram_id = ${ana}`);
  const list = await team.ask('/mine');
  expect(rangeIn(list)).toBe('1–10 of 12');
  expect((await turn(list, '›', '11–12 of 12', ben)).text).toMatch(/^📂 Open, mine: 12\n.*· Ana$/ms);
});

test('a list that is forgotten, or never was, says so', async () => {
  await openMany(11);
  const list = await team.ask('/open');
  await product.rows('delete from lists');
  expect(await team.pressUnder(list, '›')).toBe('This list is too old to turn its pages. Send the command again.');
  expect(rangeIn(again(list))).toBe('1–10 of 11');
});

test.each(['l:1', 'l:1:2:3.4.5', 'l:1:1:x', 'l:1:1:', 'l:x:1:3.4.5'])('forged data %s turns no page', async (data) => {
  await openMany(11);
  const [first] = numbersIn(await team.ask('/open'));
  expect(await team.forge(Number(first), data, ana)).toMatch(/^This button has expired/);
});

test('a position that no page has begins at the first one', async () => {
  await openMany(11);
  const list = await team.ask('/open');
  const [{ id } = { id: 0 }] = await product.rows<{ id: number }>('select max(id) as id from lists');
  await product.sandbox.pressData({ chatId, messageId: list.message_id, data: `l:${id}:1:9.9.9`, by: ana });
  await product.sandbox.pressData({ chatId, messageId: list.message_id, data: `l:${id}:1:..`, by: ana });
  expect(rangeIn(again(list))).toBe('1–10 of 11');
});

test('a number opens the card of this chat, and says who holds it and until when it is snoozed', async () => {
  await openMany(1);
  await team.ask('/ack 1'.replace('1', String(numbersIn(await team.ask('/open'))[0])));
  await product.rows(`update incidences set snoozed_until = '2099-01-05T09:00Z'`);
  const list = await team.ask('/open');
  const [id] = numbersIn(list);
  expect(list.text).toMatch(/ · Ana · 💤 until Mon 09:00$/m);
  const link = `https://t.me/c/${String(chatId).slice(4)}/${team.card(Number(id)).message_id}`;
  expect(list.entities).toContainEqual(expect.objectContaining({ type: 'text_link', url: link }));
});
