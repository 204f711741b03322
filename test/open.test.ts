import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Chat, openChat } from './support/chat.ts';
import { forgetEverything, postAlert, postChatwoot, type Product, quiet, startProduct } from './support/product.ts';

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

test('a list too long says how many more, and narrows only what was asked for', async () => {
  await Promise.all(Array.from({ length: 11 }, (_, index) => alert(index)));
  const [hint, filtered, mine] = [
    (await team.ask('/open')).text,
    (await team.ask('/open Critical')).text,
    (await team.ask('/open critical unacked')).text,
  ].map((text) => text?.split('\n').at(-1));
  expect(hint).toBe('… and 1 more. Narrow it down: /open critical, /open unacked, /open mine');
  expect(filtered).toBe('… and 1 more. Narrow it down: /open critical unacked, /open critical mine');
  expect(mine).toBe('… and 1 more. Narrow it down with a source or a tag.');
});
