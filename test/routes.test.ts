import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { postAlert, postChatwoot, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 60_000 });

async function startDesk({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const { urgent, chats } = SEED.topics;
  let conversation = 700;
  return {
    product,
    team: openChat(product),
    urgent: openChat(product, SEED.forum, urgent),
    chats: openChat(product, SEED.forum, chats),
    /** Resolves with the incidence's number. */
    alert: async (severity: string, conversationId = (conversation += 1)) => {
      await postAlert(product, { conversation_id: conversationId, severity, reason: 'TEST', message: 'Help' });
      await quiet(product);
      const [row] = await product.rows<{ id: string }>(
        `select id from incidences where external_id = '${conversationId}'`,
      );
      return Number(row?.id);
    },
  };
}

/** Whether a card of the incidence stands in the chat. */
function shows(chat: ReturnType<typeof openChat>, id: number): boolean {
  return chat.messages().some(({ text }) => text?.split('\n').at(-1)?.startsWith(`#${id} · `) ?? false);
}

test('what matches goes to the topic where /route was typed, the rest to the default chat', async (context) => {
  const { product, team, urgent, chats, alert } = await startDesk(context);
  const before = await alert('critical');
  await alert('medium');
  const answer = await urgent.ask('/route alert high+', SEED.carla);
  expect(answer.text).toContain('would have got 1 of 2');
  expect(answer.text).toContain('Members of this chat can now act');
  // What is open is shown there at once; its card in the default chat stays.
  await waitUntil(() => shows(urgent, before) && shows(team, before));
  await chats.ask('/route chatwoot low', SEED.carla);

  const critical = await alert('critical');
  const medium = await alert('medium');
  const low = await alert('low');
  expect([team, urgent, chats].map((chat) => shows(chat, critical))).toEqual([false, true, false]);
  expect([team, urgent, chats].map((chat) => shows(chat, medium))).toEqual([true, false, false]);
  expect([team, urgent, chats].map((chat) => shows(chat, low))).toEqual([false, false, true]);
  expect(product.sandbox.refusals).toEqual([]);
});

test('a rise in severity and a new tag bring the card to one more place, and all cards stay true', async (context) => {
  const { product, team, urgent, chats, alert } = await startDesk(context);
  await urgent.ask('/route critical', SEED.carla);
  await chats.ask('/route tag:vip', SEED.carla);
  const id = await alert('medium', 801);
  expect([team, urgent, chats].map((chat) => shows(chat, id))).toEqual([true, false, false]);

  await alert('critical', 801);
  await waitUntil(() => shows(urgent, id));
  await team.ask(`/tag ${id} vip`);
  await waitUntil(() => shows(chats, id));
  // A later event finds the tag without asking for it.
  await alert('critical', 801);

  await chats.press(id, 'Acknowledge');
  await quiet(product);
  for (const chat of [team, urgent, chats]) expect(chat.state(id)).toContain('acknowledged by Ana');
  const [sent] = await product.rows<{ count: number }>(
    `select count(*)::int as count from cards where incidence_id = ${id}`,
  );
  expect(sent?.count).toBe(3);
});

test('an inbox is meant by its name or its number', async (context) => {
  const { product, urgent, chats } = await startDesk(context);
  await urgent.ask('/route inbox:"website CHAT"', SEED.carla);
  await chats.ask('/route inbox:9', SEED.carla);
  const body = (id: number, inbox: object) => ({
    event: 'message_created',
    id,
    message_type: 'incoming',
    content: 'hello',
    account: { id: 1 },
    inbox,
    conversation: { id, status: 'open', inbox_id: 9, meta: { sender: { name: 'Ivo' } } },
  });
  await postChatwoot(product, JSON.stringify(body(901, { id: 3, name: 'Website chat' })));
  await postChatwoot(product, JSON.stringify(body(902, { name: 'Other' })));
  await quiet(product);
  const ids = await product.rows<{ id: string }>(`select id from incidences order by external_id`);
  const [named = 0, numbered = 0] = ids.map(({ id }) => Number(id));
  expect([urgent, chats].map((chat) => shows(chat, named))).toEqual([true, false]);
  expect([urgent, chats].map((chat) => shows(chat, numbered))).toEqual([false, true]);
});

test('/routes lists them with buttons that remove them; Undo brings one back, unless it was changed since', async (context) => {
  const { product, team, urgent, chats, alert } = await startDesk(context);
  expect((await team.ask('/routes', SEED.carla)).text).toContain('There are no routes');
  await urgent.ask('/route critical', SEED.carla);
  await urgent.ask('/route tag:vip', SEED.carla);
  await chats.ask('/route low', SEED.carla);
  const list = await team.ask('/routes', SEED.carla);
  expect(list.text).toMatch(/1\. critical → Support desk › Urgent[^]*3\. low → Support desk › Chats/);
  expect(buttonsOf(list)).toEqual(['Remove 1', 'Remove 2', 'Remove 3']);

  expect(await team.pressUnder(list, 'Remove 1', SEED.ana)).toContain('Only leads and admins');
  expect(await product.rows('select 1 from routes')).toHaveLength(3);
  expect(await team.pressUnder(list, 'Remove 1', SEED.carla)).toBe('Removed');
  await team.waitForText('Removed: critical');
  expect(shows(urgent, await alert('critical'))).toBe(false);

  const removed = await team.waitForText('Removed: critical');
  expect(await team.pressUnder(removed, 'Undo', SEED.carla)).toBe('Undone');
  const undone = await team.waitForText('Undone: added critical');
  await waitUntil(async () => shows(urgent, await alert('critical')));
  // Undoing the undoing is possible, once.
  await urgent.ask('/route off', SEED.carla);
  expect(await team.pressUnder(undone, 'Undo', SEED.carla)).toContain('changed since');
  expect(await product.rows('select 1 from routes')).toHaveLength(1);
  const changes = await product.rows<{ change: string }>(
    `select change from setting_changes where key = 'routes' order by id`,
  );
  expect(changes.at(-1)?.change).toContain('removed tag:vip → Support desk › Urgent; critical');
});

test('nonsense is answered with the usage and an example, and agents may not', async (context) => {
  const { product, team, urgent } = await startDesk(context);
  const ask = async (text: string) => (await team.ask(text, SEED.carla)).text;
  expect(await ask('/route')).toContain('for example /route tawk high+');
  expect(await ask('/route urgent')).toContain('“urgent” is not a condition.');
  expect(await ask('/route tawk chatwoot')).toContain('Nothing is both tawk and chatwoot');
  expect(await ask('/route inbox:"Website chat')).toContain('quotation mark is not closed');
  expect(await ask('/route off')).toContain('No route leads here');
  expect((await team.ask('/route critical', SEED.ana)).text).toContain('Only leads and admins');
  expect((await team.ask('/routes', SEED.ana)).text).toContain('Only leads and admins');
  expect(await product.rows('select 1 from routes')).toEqual([]);
  await urgent.ask('/route critical', SEED.carla);
  expect((await urgent.ask('/route critical', SEED.carla)).text).toContain('comes here already');
});

test('a lost topic is left out, the default chat is told and gets its cards', async (context) => {
  const { product, team, urgent, chats, alert } = await startDesk(context);
  await urgent.ask('/route critical', SEED.carla);
  await chats.ask('/route low', SEED.carla);
  const earlier = await alert('critical');
  product.sandbox.deleteTopic(SEED.forum, SEED.topics.urgent);
  const id = await alert('critical');
  await team.waitForText('Support desk › Urgent accepts no more messages');
  await waitUntil(() => shows(team, id) && shows(team, earlier));
  expect((await team.ask('/routes', SEED.carla)).text).toContain('⚠️ accepts no messages');
  // The other topics of that chat go on.
  expect(shows(chats, await alert('low'))).toBe(true);
});

test('a route counts in another process within a second, without a hint', async (context) => {
  const { product, alert } = await startDesk(context);
  const conditions = JSON.stringify([{ kind: 'severity', severity: 'low', orWorse: false }]);
  await product.rows(
    `insert into routes (chat_id, thread_id, title, conditions, created_at) values ($1, $2, 'Chats', $3, now())`,
    SEED.forum,
    SEED.topics.chats,
    conditions,
  );
  const chats = openChat(product, SEED.forum, SEED.topics.chats);
  await waitUntil(async () => shows(chats, await alert('low')));
});

test('routes and quiet hours of a group that becomes a supergroup hold for its successor', async (context) => {
  const { product, alert } = await startDesk(context);
  const group = product.sandbox.addChat({ type: 'group', title: 'Small team', members: [SEED.carla] });
  const small = openChat(product, group.id);
  await small.ask('/route critical', SEED.carla);
  await small.ask('/quiet 22:00-08:00', SEED.carla);
  await alert('critical');
  const supergroup = product.sandbox.migrate(group.id);
  const grown = openChat(product, supergroup.id);
  await waitUntil(async () => shows(grown, await alert('critical')));
  expect((await grown.ask('/quiet', SEED.carla)).text).toContain('quiet 22:00-08:00');
  expect((await grown.ask('/route', SEED.carla)).text).toContain('Comes here now: critical');
  expect(await product.rows(`select 1 from routes where chat_id = ${group.id}`)).toEqual([]);
});
