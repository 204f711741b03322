import { afterEach, beforeEach, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { fetchReady, postAlert, type Product, quiet, secrets, startProduct, startSandbox } from './support/product.ts';

let product: Product;
beforeEach(async () => {
  product = await startProduct();
});
afterEach(() => product.stop());

const alert = (id: number, severity = 'high') => ({
  severity,
  reason: 'TEST',
  conversation_id: id,
  message: `help ${id}`,
});
const texts = (chatId: number) => product.sandbox.messages(chatId).map((message) => message.text ?? '');

test('kicked from the team chat: alerts reach the admins, /ready says why, and back in the chat everything is there', async () => {
  const { sandbox } = product;
  expect((await postAlert(product, alert(1))).status).toBe(200);
  sandbox.kickBot(product.chatId);

  await postAlert(product, alert(2, 'critical'));
  await sandbox.waitFor(() => texts(SEED.carla).some((text) => text.includes('Conversation ID: #2')), {
    what: 'the rescued card',
  });
  expect(texts(SEED.carla)).toContainEqual(expect.stringContaining("I can't send messages to the team chat"));
  const ready = await fetchReady(product);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ reasons: [expect.stringContaining('kicked')] });

  const card = sandbox.messages(SEED.carla).find((message) => message.text?.includes('#2'));
  const press = { chatId: SEED.carla, messageId: card?.message_id ?? 0, button: 'Acknowledge', by: SEED.carla };
  expect(await sandbox.press(press)).toMatchObject({ text: '#2 is yours' });

  sandbox.addBot(product.chatId);
  await sandbox.waitFor(() => texts(product.chatId).some((text) => text.includes('#2 · acknowledged by Carla')), {
    what: 'the card in the team chat',
  });
  await quiet(product);
  expect((await fetchReady(product)).status).toBe(200);
  // A chat that refuses is not asked over and over (the menus of the start may still be on their way when it is lost).
  const asked = sandbox.refusals.filter((call) => call.error_code === 403 && call.method.startsWith('send'));
  expect(asked.length).toBeLessThan(4);
});

test('a group that becomes a supergroup is followed: open cards are sent anew, new ones go there', async () => {
  const sandbox = await startSandbox();
  const group = sandbox.addChat({ type: 'group', title: 'Small team', members: [SEED.ana] });
  const small = await startProduct({ sandbox, env: { TELEGRAM_CHAT_ID: String(group.id) } });
  try {
    await postAlert(small, alert(1));
    await postAlert(small, alert(2));
    const supergroup = sandbox.migrate(group.id);
    await postAlert(small, alert(3));
    const shown = (id: number) =>
      sandbox.messages(supergroup.id).some((message) => message.text?.includes(`Conversation ID: #${id}`));
    await sandbox.waitFor(() => shown(1) && shown(2) && shown(3), { what: 'three cards in the supergroup' });

    const again = await postAlert(small, alert(4));
    expect(again.status).toBe(200);
    // A chat that moved is not lost.
    expect((await fetchReady(small)).status).toBe(200);
    expect(sandbox.messages(SEED.carla).filter((message) => message.text?.includes("I can't send"))).toEqual([]);
    const card = sandbox.messages(supergroup.id).find((message) => message.text?.includes('Conversation ID: #4'));
    const press = { chatId: supergroup.id, messageId: card?.message_id ?? 0, button: 'Acknowledge', by: SEED.ana };
    expect(await sandbox.press(press)).toMatchObject({ text: '#4 is yours' });

    // As it stands when the old chat refused something after the move.
    await small.rows(`update lanes set lost_at = now(), lost_reason = 'gone' where migrated_to is not null`);
    expect((await fetchReady(small)).status).toBe(200);
    const headers = { authorization: `Bearer ${secrets.alertKey}` };
    expect(await (await fetch(`${small.baseUrl}/metrics`, { headers })).text()).toContain('bellhop_lost_chats 0');
  } finally {
    await small.stop();
    await sandbox.stop();
  }
});

test('a closed topic is a lost chat, and found when it opens again', async () => {
  const sandbox = await startSandbox();
  sandbox.demote(SEED.forum, sandbox.bot.id);
  const env = { TELEGRAM_CHAT_ID: `${SEED.forum}:${SEED.topics.urgent}` };
  const forum = await startProduct({ sandbox, env });
  try {
    sandbox.closeTopic(SEED.forum, SEED.topics.urgent);
    await postAlert(forum, alert(1));
    const rescued = () => sandbox.messages(SEED.carla).some((message) => message.text?.includes('Conversation ID: #1'));
    await sandbox.waitFor(rescued, { what: 'the rescued card' });
    const ready = await fetchReady(forum);
    expect(await ready.json()).toMatchObject({ reasons: [expect.stringContaining('TOPIC_CLOSED')] });

    sandbox.reopenTopic(SEED.forum, SEED.topics.urgent);
    const found = () =>
      sandbox.messages(SEED.forum, SEED.topics.urgent).some((message) => message.text?.includes('Conversation ID: #1'));
    await sandbox.waitFor(found, { what: 'the card in the topic' });
  } finally {
    await forum.stop();
    await sandbox.stop();
  }
});

type Sandbox = Product['sandbox'];
const losses: [name: string, words: string, lose: (sandbox: Sandbox) => void][] = [
  ['rights lost', 'not enough rights', (sandbox) => sandbox.muteBot(SEED.forum)],
  ['its topic deleted', 'thread not found', (sandbox) => sandbox.deleteTopic(SEED.forum, SEED.topics.urgent)],
];

test.each(losses)('%s: the admins get what comes, /ready and /failed say why', async (_, words, lose) => {
  const sandbox = await startSandbox();
  sandbox.demote(SEED.forum, sandbox.bot.id);
  const env = { TELEGRAM_CHAT_ID: `${SEED.forum}:${SEED.topics.urgent}` };
  const forum = await startProduct({ sandbox, env });
  try {
    const told = (part: string) => sandbox.messages(SEED.carla).some((message) => message.text?.includes(part));
    lose(sandbox);
    await postAlert(forum, alert(1, 'critical'));
    await sandbox.waitFor(() => told('Conversation ID: #1'), { what: 'the rescued card' });
    const ready = await fetchReady(forum);
    expect([ready.status, await ready.json()]).toMatchObject([503, { reasons: [expect.stringContaining(words)] }]);
    sandbox.type({ chatId: SEED.carla, by: SEED.carla, text: '/failed' });
    await sandbox.waitFor(() => told(`to chat ${SEED.forum}: Bad Request`), { what: 'the answer to /failed' });
  } finally {
    await forum.stop();
    await sandbox.stop();
  }
});
