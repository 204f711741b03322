import { type TestContext, expect, test, vi } from 'vitest';
import { type ChatwootPeer, createChatwootPeer } from '../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { eventJson, railsJson } from '../src/app/sandbox-mode/chatwoot/event-json.ts';
import { addOutgoingMessage } from '../src/app/sandbox-mode/chatwoot/conversation-messages.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { fetchReady, postChatwoot, quiet, secrets, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { startWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

async function startPeer({ onTestFinished }: TestContext): Promise<ChatwootPeer> {
  const peer = createChatwootPeer();
  await peer.start();
  onTestFinished(() => peer.stop());
  return peer;
}

/** Connected both ways; `CHATWOOT_SYNC=none`, so that what is seen in Chatwoot is its own doing. */
async function startConnected(world: World, peer: ChatwootPeer, env: Record<string, string> = {}, now?: () => Date) {
  const product = await startProduct({
    ...world,
    env: {
      CHATWOOT_BASE_URL: peer.baseUrl(),
      CHATWOOT_ACCOUNT_ID: String(peer.accountId),
      CHATWOOT_API_TOKEN: peer.token,
      CHATWOOT_RECONCILE_SECONDS: '1',
      CHATWOOT_SYNC: 'none',
      ...env,
    },
    ...(now ? { now } : {}),
  });
  peer.world.webhooks.length = 0;
  peer.addWebhook(`${product.baseUrl}/api/v1/chatwoot/webhook`, secrets.chatwoot);
  return product;
}

const told = (world: World) =>
  world.sandbox
    .messages(SEED.carla)
    .flatMap(({ text }) => /^🔄 (.*) since (?:\d{4}-\d\d-\d\d )?\d\d:\d\d; imported\.$/.exec(text ?? '')?.[1] ?? []);

test('a message that was lost is noticed although a later one arrived, and one that was for a bot or deleted is not', async (context) => {
  const world = await startWorld(context);
  const peer = await startPeer(context);
  const product = await startConnected(world, peer, { CHATWOOT_RECONCILE_SECONDS: '2' });
  context.onTestFinished(() => product.stop());
  const team = openChat(product);
  const { id } = peer.open({ content: 'first' });
  await team.waitForText('first');
  peer.webhooks.setFaults({ lose: 1 });
  peer.customerWrites(id, 'second');
  peer.deleteMessage(id, peer.customerWrites(id, 'never mind').id);
  await peer.webhooks.idle();
  peer.webhooks.setFaults({});
  peer.customerWrites(id, 'third');

  const [bot] = peer.world.bots;
  const handedOver = peer.open({ content: null });
  peer.change(handedOver.id, { status: 'pending' });
  peer.customerWrites(handedOver.id, 'hello bot');
  await peer.webhooks.idle();
  if (bot)
    addOutgoingMessage(peer.world, peer.conversation(handedOver.id), {
      content: 'A person will help',
      sender: { kind: 'bot', bot },
    });
  peer.change(handedOver.id, { status: 'open' });
  peer.customerWrites(handedOver.id, 'hello person');

  await team.waitForCard(1, '3 messages without an answer');
  expect(team.card(1).text).toContain('Message:\nthird');
  await team.waitForText('hello person');
  for (const _ of [1, 2]) await roundEnds(world);
  await quiet(product);
  expect(told(world)).toEqual(['1 conversation had no webhook']);
  expect(team.card(2).text).not.toContain('messages without an answer');
});

test('what came by no webhook is imported once and announced with the right number; late webhooks are duplicates', async (context) => {
  const world = await startWorld(context);
  const peer = await startPeer(context);
  const product = await startConnected(world, peer);
  context.onTestFinished(() => product.stop());
  const team = openChat(product);
  const known = peer.open({ content: 'I am known' });
  await peer.webhooks.idle();
  await team.waitForText('I am known');

  peer.webhooks.setFaults({ lose: 1 });
  peer.open({ content: 'nobody heard me' });
  peer.customerWrites(known.id, 'second');
  peer.customerWrites(known.id, 'third');
  peer.change(known.id, { priority: 'urgent', labels: ['vip'] });
  const quietOne = peer.open({ content: null });
  peer.agentWrites(quietOne.id, 'we only write to you');
  await peer.webhooks.idle();
  peer.webhooks.setFaults({});

  await team.waitForText('nobody heard me');
  await team.waitForCard(1, 'CRITICAL');
  await waitUntil(() => told(world).length > 0);
  await quiet(product);
  expect(team.card(1).text).toMatch(/Message:\nthird[^]*labels: vip[^]*3 messages without an answer/);
  expect(told(world)).toEqual(['2 conversations had no webhook']);

  // Chatwoot delivers late after all: the same message again.
  const before = await world.rows('select 1 from incidence_history');
  const conversation = peer.conversation(known.id);
  for (const message of conversation.messages.filter(({ type }) => type === 'incoming')) {
    const event = eventJson(peer.world, peer.baseUrl(), { event: 'message_created', conversation, message });
    await postChatwoot(product, railsJson(event));
  }
  await roundEnds(world);
  await quiet(product);
  expect(told(world)).toEqual(['2 conversations had no webhook']);
  expect(await world.rows('select 1 from incidence_history')).toHaveLength(before.length);
  expect(world.sandbox.refusals).toEqual([]);
});

test('a resolution without a webhook closes the card, and a deleted conversation too, with its reason', async (context) => {
  const world = await startWorld(context);
  const peer = await startPeer(context);
  const product = await startConnected(world, peer);
  context.onTestFinished(() => product.stop());
  const team = openChat(product);
  const [resolved, deleted] = [peer.open({ content: 'first' }), peer.open({ content: 'second' })];
  await peer.webhooks.idle();
  await team.waitForText('second');
  await team.waitForText('first');

  peer.webhooks.setFaults({ lose: 1 });
  peer.change(resolved.id, { status: 'resolved' });
  peer.deleteConversation(deleted.id);
  await waitUntil(async () => {
    const open = await world.rows(`select 1 from incidences where status <> 'closed'`);
    return open.length === 0;
  });
  const states = await world.rows(`select external_id, desk_status from incidences order by external_id::int`);
  expect(states).toEqual([
    { external_id: String(resolved.id), desk_status: 'resolved' },
    { external_id: String(deleted.id), desk_status: 'deleted' },
  ]);
  await waitUntil(() => told(world).length > 0);
  expect(told(world)).toEqual(['1 conversation had no webhook']);
});

test('a downtime is covered by its own length', async (context) => {
  const world = await startWorld(context);
  const peer = await startPeer(context);
  const first = await startConnected(world, peer);
  await roundEnds(world);
  await first.stop();

  peer.open({ content: 'while nobody was there' });
  await peer.webhooks.idle();
  // An hour goes by: far more than a round looks back otherwise.
  await world.rows(`update reconcilers set covered_until = covered_until - interval '1 hour'`);
  const conversation = [...peer.world.conversations.values()][0];
  if (conversation) {
    conversation.updatedAt -= 3_000;
    Object.assign(conversation.messages[0] ?? {}, { createdAt: new Date(Date.now() - 3_000_000) });
  }
  const second = await startConnected(world, peer);
  context.onTestFinished(() => second.stop());
  await openChat(second).waitForText('while nobody was there');
});

test('errors are retried after growing pauses; /ready says that it is behind, /metrics how old the last success is', async (context) => {
  const world = await startWorld(context);
  const peer = await startPeer(context);
  let aheadMs = 0;
  const product = await startConnected(world, peer, {}, () => new Date(Date.now() + aheadMs));
  context.onTestFinished(() => product.stop());
  await roundEnds(world);
  expect((await fetchReady(product)).status).toBe(200);
  const metrics = async () =>
    (await fetch(`${product.baseUrl}/metrics`, { headers: { authorization: `Bearer ${secrets.alertKey}` } })).text();
  expect(await metrics()).toMatch(/bellhop_reconciled_age_seconds\{source="chatwoot"\} \d/);

  peer.rest.add({ as: { status: 500 }, times: 1 });
  peer.rest.add({ as: { status: 429 }, times: 1 });
  await waitUntil(async () => (await failures(world)) === 1);
  aheadMs = 600_000;
  const { reasons } = (await (await fetchReady(product)).json()) as { reasons: string[] };
  expect(reasons).toContainEqual(
    expect.stringMatching(/Chatwoot sends no webhook for .*Chatwoot answered 500.*doctor/),
  );
  expect(
    Number(/bellhop_reconciled_age_seconds\{source="chatwoot"\} (\d+)/.exec(await metrics())?.[1]),
  ).toBeGreaterThan(590);
  // The pauses of the two failures: two seconds, then what a 429 asks for.
  await waitUntil(async () => (await failures(world)) === 2);
});

async function failures(world: World): Promise<number> {
  const [row] = await world.rows<{ failures: number }>('select failures from reconcilers');
  return row?.failures ?? 0;
}

/** Resolves when a round that begins after now has ended. */
async function roundEnds(world: World): Promise<void> {
  const covered = async () =>
    (await world.rows<{ covered_until: Date; succeeded_at: Date | null }>('select * from reconcilers'))[0];
  const begun = Date.now();
  await waitUntil(async () => {
    const state = await covered();
    return state !== undefined && state.succeeded_at !== null && state.covered_until.getTime() > begun - 500;
  });
}
