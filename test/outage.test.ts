import { expect, test, vi } from 'vitest';
import { telegramLimits } from '../src/telegram/flood-limits.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { startDetour } from './support/detour.ts';
import { fetchReady, postAlert, type Product, type ProductOptions, startProduct } from './support/product.ts';
import {
  alertOf,
  connectTo,
  allShown,
  cutConnections,
  found,
  nothingWaits,
  postAlerts,
  range,
  shownConversations,
  startWorld,
  type World,
} from './support/world.ts';
import { patiently } from './support/wait.ts';

// Everything here waits for something to happen; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

const chatId = SEED.supportTeam;

test.concurrent('Telegram unreachable: alerts are taken, /ready says why; back again all are shown, the worst first', async (context) => {
  const world = await startWorld(context);
  world.sandbox.faults.add({ kind: 'outage' });
  const product = await start(world);

  const severities = ['low', 'medium', 'high', 'critical'] as const;
  const posts = severities.map((severity, index) => postAlert(product, alertOf(index + 1, severity)));
  for (const { status, body } of await Promise.all(posts)) {
    expect({ status, body }).toMatchObject({ status: 202, body: { success: true, telegram_message_id: null } });
  }
  const ready = await fetchReady(product);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ reasons: [expect.stringContaining('Telegram has not answered')] });
  expect((await fetch(`${product.baseUrl}/health`)).status).toBe(200);

  await world.rows(`update deliveries set created_at = created_at - interval '1 hour'`);
  world.sandbox.faults.clear();
  await allShown(world.sandbox, range(1, 4));
  expect(shownConversations(world.sandbox)).toEqual([4, 3, 2, 1]);
  expect(texts(world).at(-1)).toContain('⏰ Shown 1 h late');
  await world.sandbox.waitFor(
    ({ calls }) => calls.some(({ method, ok }) => method === 'setMyCommands' && ok),
    patiently,
  );
  expect((await fetchReady(product)).status).toBe(200);
});

test.concurrent('messages wait and nobody sends them: /ready says so after ten minutes', async (context) => {
  const world = await startWorld(context);
  const receiver = await start(world, { env: { ROLES: 'http,process' } });
  await postAlerts(receiver, [1]);
  await found(world, `select 1 from deliveries where state = 'waiting'`);
  expect((await fetchReady(receiver)).status).toBe(200);

  await world.rows(`update deliveries set due_at = now() - interval '11 minutes'`);
  const ready = await fetchReady(receiver);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    reasons: [expect.stringContaining(`No message to telegram:${chatId} has been attempted`)],
  });
  // A pause that Telegram asked for is no fault.
  await world.rows(`insert into lanes (lane, paused_until) select lane, now() + interval '1 hour' from deliveries`);
  expect((await fetchReady(receiver)).status).toBe(200);

  await world.rows('update lanes set paused_until = null');
  await start(world);
  await allShown(world.sandbox, [1]);
  await nothingWaits(world);
  expect((await fetchReady(receiver)).status).toBe(200);
});

test.concurrent('a retry_after is kept, by deliveries and by answers to people, and across a restart', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const first = await start(world);
  sandbox.faults.add({ kind: 'retry-after', seconds: 3, chatId });
  await postAlerts(first, [1, 2]);
  await found(world, `select 1 from lanes where paused_until is not null`);
  await first.stop();

  await start(world);
  sandbox.type({ chatId, by: SEED.ana, text: '/help' });
  await allShown(sandbox, [1, 2]);
  await sandbox.waitFor(() => texts(world).some((text) => text.includes('/whoami')), patiently);
  expect(sandbox.premature).toEqual([]);
  expect(sandbox.refusals).toHaveLength(1);
  // For the pace of the sender after this one.
  await found(world, `select 1 from lanes where cardinality(answered_at) = 1`);
});

test.concurrent('a retry_after for an answer holds the deliveries too', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  sandbox.faults.add({ kind: 'retry-after', seconds: 2, chatId });
  sandbox.type({ chatId, by: SEED.ana, text: '/help' });
  await sandbox.waitFor(({ refusals }) => refusals.length === 1, patiently);
  await found(world, `select 1 from lanes where paused_until is not null`);
  await postAlerts(product, [1]);
  await allShown(sandbox, [1]);
  await sandbox.waitFor(() => texts(world).some((text) => text.includes('/whoami')), patiently);
  expect(sandbox.premature).toEqual([]);
});

test.concurrent('the queued edit of a pressed card goes ahead, once, also after a retry_after', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlerts(product, [1]);
  await allShown(sandbox, [1]);
  await nothingWaits(world);
  const messageId = sandbox.messages(chatId)[0]?.message_id ?? 0;
  sandbox.forgetCalls();
  sandbox.faults.add({ kind: 'retry-after', seconds: 2, chatId });
  const answer = await sandbox.press({ chatId, messageId, button: 'Acknowledge', by: SEED.ana });
  expect(answer?.text).toContain('#1 is yours');
  await sandbox.waitFor(() => texts(world)[0]?.includes('acknowledged by Ana'), patiently);
  await nothingWaits(world);
  expect(sandbox.calls.filter(({ method, ok }) => method === 'editMessageText' && ok)).toHaveLength(1);
  expect(sandbox.premature).toEqual([]);
  const attempts = await world.rows(
    `select outcome from delivery_attempts join deliveries on deliveries.id = delivery_id where kind = 'edit_card' order by at`,
  );
  expect(attempts).toEqual([{ outcome: 'retry-after' }, { outcome: 'sent' }]);
});

test.concurrent('forty chats at once keep to what the bot as a whole may send', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  sandbox.flood = 'realistic';
  const people = range(600_000_001, 40);
  for (const id of people) {
    sandbox.addPerson({ id, first_name: `Person ${id}` });
    sandbox.addChat({ id, type: 'private', started: true });
  }
  await start(world, { limits: () => telegramLimits });
  await world.rows(
    `insert into deliveries (lane, kind, subject, payload, rank, due_at, created_at)
     select 'telegram:' || id, 'test', 'test', jsonb_build_object('chatId', id, 'threadId', null), 1, now(), now()
     from unnest($1::bigint[]) id`,
    people,
  );
  await sandbox.waitFor(() => people.every((id) => sandbox.messages(id).length === 1), patiently);
  expect(sandbox.refusals).toEqual([]);
});

test.concurrent('HTML that Telegram cannot parse is sent as plain text', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  detour.before = async ({ method, params }) =>
    method === 'sendMessage' && params['parse_mode'] === 'HTML'
      ? {
          error_code: 400,
          description: 'Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 7',
        }
      : undefined;
  const product = await start(world, { env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  await postAlert(product, { ...alertOf(1), message: 'a < b & <br> c' });
  await allShown(world.sandbox, [1]);
  expect(texts(world)).toEqual([expect.stringContaining('a < b & <br> c')]);
});

test.concurrent('a transcript whose words Telegram cannot read comes with plain ones', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlerts(product, [1]);
  await nothingWaits(world);
  await world.rows(`insert into transcripts (incidence_id, stored_at) values (1, now())`);
  await world.rows(
    `insert into deliveries (lane, kind, subject, incidence_id, payload, rank, plain, due_at, created_at)
     select 'telegram:' || chat_id, 'transcript', 'incidence:1', 1,
            jsonb_build_object('chatId', chat_id, 'threadId', thread_id), 5, true, now(), now() from cards`,
  );
  const sent = await sandbox.waitFor(({ calls }) => calls.find(({ method }) => method === 'sendDocument'), patiently);
  expect(sent.params).not.toHaveProperty('parse_mode');
  expect(sent.params['caption']).toMatch(/^📄 Transcript of #1\n/);
});

test.concurrent('an answer that has to wait holds up neither presses nor what was typed elsewhere', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlerts(product, [1]);
  await nothingWaits(world);
  const messageId = sandbox.messages(chatId).at(-1)?.message_id ?? 0;
  sandbox.faults.add({ kind: 'retry-after', seconds: 4, chatId });
  sandbox.type({ chatId, by: SEED.ana, text: '/help' });
  await sandbox.waitFor(({ refusals }) => refusals.length === 1, patiently);
  sandbox.forgetCalls();

  for (const [by, button, toast] of [
    [SEED.ben, 'Close', 'Choose an outcome'],
    [SEED.ana, 'Acknowledge', '#1 is yours'],
  ] as const) {
    const answer = await sandbox.press({ chatId, messageId, button, by });
    // The press is answered while the command still waits.
    expect(texts(world).some((text) => text.includes('/whoami'))).toBe(false);
    expect(answer?.text).toContain(button === 'Close' ? 'Telegram' : toast);
  }
  // What is not answered yet is not confirmed.
  expect(sandbox.pendingUpdates).toBeGreaterThan(0);
  await sandbox.waitFor(() => texts(world).some((text) => text.includes('/whoami')), patiently);
  await sandbox.waitFor(() => sandbox.pendingUpdates === 0, patiently);
  expect(texts(world).filter((text) => text.includes('/whoami'))).toHaveLength(1);
  // Nor is Telegram asked without a rest meanwhile.
  expect(sandbox.calls.filter(({ method }) => method === 'getUpdates').length).toBeLessThan(60);
  // The menu that had to wait showed the card as it was by then.
  await nothingWaits(world);
  const edits = sandbox.calls.filter(({ method }) => method === 'editMessageText');
  expect(edits.length).toBeGreaterThan(0);
  for (const { params } of edits) expect(params['text']).toContain('acknowledged by Ana');
});

test.concurrent('a press is done with once it is answered, however long its card has to wait', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlerts(product, [1]);
  await nothingWaits(world);
  const messageId = sandbox.messages(chatId).at(-1)?.message_id ?? 0;
  const isEdited = () => sandbox.message(chatId, messageId)?.text?.includes('acknowledged by Ana') ?? false;
  sandbox.faults.add({ kind: 'retry-after', seconds: 4, chatId });
  const answer = await sandbox.press({ chatId, messageId, button: 'Acknowledge', by: SEED.ana });
  expect(answer?.text).toBe('#1 is yours');
  await sandbox.waitFor(() => sandbox.pendingUpdates === 0, patiently);
  expect(isEdited()).toBe(false);
  await sandbox.waitFor(isEdited, patiently);
});

test.concurrent('presses that Telegram tells again after a lost lock are not done again, what was not answered is', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlerts(product, [1]);
  sandbox.type({ chatId: SEED.carla, by: SEED.carla, text: '/tag 1 vip' });
  await found(world, `select 1 from incidence_tags`);
  await nothingWaits(world);
  const messageId = sandbox.messages(chatId).at(-1)?.message_id ?? 0;
  sandbox.faults.add({ kind: 'retry-after', seconds: 4, chatId });
  sandbox.type({ chatId, by: SEED.ana, text: '/help' });
  await sandbox.waitFor(({ refusals }) => refusals.length === 1, patiently);
  expect(await sandbox.pressData({ chatId, messageId, data: 'g:1:1:0', by: SEED.ben })).toMatchObject({
    text: 'Tag vip removed',
  });
  await cutConnections(world, 'sender');
  await sandbox.waitFor(({ calls }) => calls.filter(({ method }) => method === 'getMe').length === 2, patiently);
  expect(sandbox.pendingUpdates).toBeGreaterThan(1);

  await sandbox.waitFor(() => texts(world).some((text) => text.includes('/whoami')), patiently);
  await sandbox.waitFor(() => sandbox.pendingUpdates === 0, patiently);
  expect(texts(world).filter((text) => text.includes('/whoami'))).toHaveLength(1);
  expect(await world.rows(`select 1 from incidence_history where action = 'tag'`)).toHaveLength(2);
});

test.concurrent('a command that waits for its chat when the product stops is answered once by the next', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const first = await start(world);
  sandbox.faults.add({ kind: 'retry-after', seconds: 5, chatId });
  sandbox.type({ chatId, by: SEED.ana, text: '/help' });
  await sandbox.waitFor(({ refusals }) => refusals.length === 1, patiently);
  await found(world, `select 1 from lanes where paused_until is not null`);
  await first.stop();
  expect(sandbox.pendingUpdates).toBe(1);

  await start(world);
  await sandbox.waitFor(() => texts(world).some((text) => text.includes('/whoami')), patiently);
  await sandbox.waitFor(() => sandbox.pendingUpdates === 0, patiently);
  expect(texts(world).filter((text) => text.includes('/whoami'))).toHaveLength(1);
  expect(sandbox.premature).toEqual([]);
});

test.concurrent('a text that Telegram refuses twice is given up with its reason and holds nobody up', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  detour.before = async ({ method, params }) =>
    method === 'sendMessage' && String(params['text']).includes('Say number 1')
      ? { error_code: 400, description: 'Bad Request: MESSAGE_INVALID' }
      : undefined;
  const product = await start(world, { env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  await postAlerts(product, [1, 2]);
  const dead = await found(world, `select reason, attempts from deliveries where state = 'dead'`);
  expect(dead).toEqual({ reason: 'Bad Request: MESSAGE_INVALID', attempts: 2 });
  expect(shownConversations(world.sandbox)).toEqual([2]);
});

test.concurrent('poisoned deliveries go dead with their reason and never block the lane', async (context) => {
  const world = await startWorld(context);
  const product = await start(world);
  await world.rows(
    `insert into deliveries (lane, kind, subject, payload, rank, due_at, created_at)
     select $1, kind, kind, '{"chatId": "nonsense"}', 0, now(), now() - interval '5 hours' from unnest($2::text[]) kind`,
    `telegram:${chatId}`,
    ['send_card', 'edit_card', 'pigeon'],
  );
  await postAlerts(product, [1]);
  await allShown(world.sandbox, [1]);
  await found(world, `select 1 from deliveries where state = 'dead' having count(*) = 3`);
  const dead = await world.rows<{ reason: string | null }>(`select reason from deliveries where state = 'dead'`);
  expect(dead.every(({ reason }) => reason)).toBe(true);
  await postAlerts(product, [2]);
  await allShown(world.sandbox, [2]);
});

test.concurrent('a message whose record the database refuses is sent once, its delivery is dead, and the lane goes on', async (context) => {
  const world = await startWorld(context);
  const product = await start(world);
  await world.rows(`alter table cards add constraint full_up check (incidence_id <> 1)`);
  await postAlerts(product, [1]);
  await found(
    world,
    `select 1 from deliveries where state = 'dead' and reason = 'the database refused to record the attempt'`,
  );
  await postAlerts(product, [2]);
  await allShown(world.sandbox, [1, 2]);
  expect(shownConversations(world.sandbox)).toEqual([1, 2]);
});

test.concurrent('a chat whose answers are cut off is tried ever more slowly, and holds up no other', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  sandbox.faults.add({ kind: 'reset-after', method: 'sendMessage', chatId, seconds: 3_600 });
  // One after the other: of two at once, the second may be planned and tried first.
  const first = postAlerts(product, [1]);
  await found(world, `select 1 from deliveries`);
  await Promise.all([first, postAlerts(product, [2])]);
  await found(world, `select 1 from deliveries where attempts = 2 and reason like '%broke before it answered'`);
  // Only the first of the chat was tried: the other may not have been sent twice.
  expect(await world.rows(`select count(distinct delivery_id)::int as tried from delivery_attempts`)).toEqual([
    { tried: 1 },
  ]);
  sandbox.type({ chatId: SEED.carla, by: SEED.carla, text: '/whoami' });
  await sandbox.waitFor(() => sandbox.messages(SEED.carla).some(({ text }) => text?.includes('admin')), patiently);

  sandbox.faults.clear();
  await allShown(sandbox, [1, 2]);
  await nothingWaits(world);
  expect(await world.rows(`select state, count(*)::int from deliveries group by 1`)).toEqual([
    { state: 'sent', count: 2 },
  ]);
});

test.concurrent('after an outage that reset every connection all goes on at once, at no cost to the pace', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  sandbox.flood = 'realistic';
  const product = await start(world, { limits: () => telegramLimits });
  await sandbox.waitFor(({ calls }) => calls.some(({ method }) => method === 'getUpdates'), patiently);
  for (const method of ['sendMessage', 'getUpdates'])
    sandbox.faults.add({ kind: 'reset-before', method, seconds: 3_600 });
  await postAlerts(product, range(1, 6));
  await found(world, `select 1 from deliveries where attempts >= 4`);
  sandbox.faults.clear();
  await allShown(sandbox, range(1, 6));
  await nothingWaits(world);
  const counted = await world.rows(`select 1 from delivery_attempts where outcome <> 'connection-lost'`);
  expect(counted).toHaveLength(6);
  expect(sandbox.premature).toEqual([]);
});

test.concurrent('a failing Telegram is asked again', async (context) => {
  const world = await startWorld(context);
  const product = await start(world);
  world.sandbox.faults.add({ kind: '500', method: 'sendMessage' });
  world.sandbox.faults.add({ kind: '502', method: 'sendMessage' });
  await postAlerts(product, [1, 2]);
  await allShown(world.sandbox, [1, 2]);
  await nothingWaits(world);
  expect(shownConversations(world.sandbox).toSorted()).toEqual([1, 2]);
});

test.concurrent('an edit that changes nothing is as good as done', async (context) => {
  const world = await startWorld(context);
  const product = await start(world);
  await postAlerts(product, [1]);
  await nothingWaits(world);
  // An edit whose answer was lost: Telegram has it, and we do not know.
  await world.rows(`update cards set content_hash = 'what stood there before'`);
  await editAgain(world);
  await found(world, `select 1 from deliveries where kind = 'edit_card' and state = 'sent'`);
  expect(world.sandbox.refusals.map(({ description }) => description)).toEqual([
    expect.stringContaining('message is not modified'),
  ]);
});

test.concurrent('a card that somebody deleted comes again with the next news, and not once it is closed', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlerts(product, [1]);
  const firstId = sandbox.messages(chatId)[0]?.message_id ?? 0;
  sandbox.deleteAsPerson(chatId, firstId);
  await postAlerts(product, [1]);
  await sandbox.waitFor(() => shownConversations(sandbox).length === 1, patiently);

  const secondId = sandbox.messages(chatId).at(-1)?.message_id ?? 0;
  expect(secondId).toBeGreaterThan(firstId);
  sandbox.deleteAsPerson(chatId, secondId);
  sandbox.type({ chatId, by: SEED.ana, text: '/close 1' });
  await found(world, `select 1 from cards where gone_at is not null having count(*) = 2`);
  await nothingWaits(world);
  expect(shownConversations(sandbox)).toEqual([]);
});

test.concurrent('whatever happens to an incidence while its chat is silent becomes one edit', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlerts(product, [1]);
  sandbox.faults.add({ kind: 'retry-after', seconds: 3, chatId });
  await postAlerts(
    product,
    Array.from({ length: 30 }, () => 1),
  );
  await sandbox.waitFor(() => texts(world)[0]?.includes('Alerts: 31'), patiently);
  await nothingWaits(world);
  expect(sandbox.calls.filter(({ method, ok }) => method === 'editMessageText' && ok)).toHaveLength(1);
  expect(sandbox.premature).toEqual([]);
});

test.concurrent('a card that is pressed before it is recorded opens its menu', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  const recorder = await connectTo(world.databaseUrl);
  await recorder.query('begin; lock table cards in exclusive mode');
  const posted = postAlert(product, alertOf(1, 'high'));
  const { message_id: messageId } = await sandbox.waitFor(() => sandbox.messages(chatId).at(-1), patiently);
  const answer = sandbox.press({ chatId, messageId, button: 'More…', by: SEED.ana });
  await found(
    world,
    `select 1 from pg_stat_activity where datname = current_database() and query like '%from "cards" where "chat_id"%'
       and pid <> pg_backend_pid()`,
  );
  await recorder.query('commit');
  expect((await answer)?.text).toBe('What would you like to do?');
  await posted;
});

/** Ends with the test, or before. */
async function start(world: World, options: ProductOptions = {}): Promise<Product> {
  const product = await startProduct({ ...world, ...options });
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= product.stop());
  world.atEnd(stop);
  return { ...product, stop };
}

async function editAgain(world: World): Promise<void> {
  await world.rows(
    `insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
     select 'telegram:' || chat_id, 'edit_card', 'card:' || id, incidence_id, jsonb_build_object('cardId', id), 4, now(), now()
     from cards`,
  );
}

function texts(world: World): string[] {
  return world.sandbox.messages(chatId).map(({ text }) => text ?? '');
}
