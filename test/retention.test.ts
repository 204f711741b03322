import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { connect } from '../src/database/connect.ts';
import { createLog } from '../src/log.ts';
import { deleteExpired } from '../src/retention/retention-job.ts';
import { openChat } from './support/chat.ts';
import { columnsWith, markedTranscript } from './support/marker.ts';
import { startDetour } from './support/detour.ts';
import { postAlert, postTawk, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);

async function startForgettable(context: TestContext) {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  const product = await startProduct({ ...world, env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  const db = connect(product.databaseUrl, {
    role: 'test',
    connections: 1,
    log: createLog('silent', { pretty: false }),
  });
  context.onTestFinished(async () => {
    await db.destroy();
    await product.stop();
  });
  return { world, detour, product, team: openChat(product), forget: (now: Date) => deleteExpired(db, 90, now) };
}

test('no customer data of a closed incidence is left in any column after its days', async (context) => {
  const { world, detour, product, team, forget } = await startForgettable(context);
  // Telegram quotes what it does not accept.
  detour.before = async ({ method }) =>
    method === 'sendDocument'
      ? { error_code: 400, description: "Bad Request: can't parse entities: marker" }
      : undefined;
  const alert = {
    severity: 'high',
    reason: 'TEST',
    conversation_id: 1,
    customer_name: 'Marker Person',
    customer_email: 'marker@example.com',
    message: 'marker needs help',
    chatwoot_url: 'https://desk.example.com/app/accounts/1/conversations/1?q=marker',
    additional_info: {
      phone: '+49 marker',
      page: 'https://shop.example.com/marker',
      title: 'marker',
      screen: 'CHECKOUT',
    },
  };
  await postAlert(product, alert);
  await postAlert(product, { ...alert, customer_name: 'Marker Renamed', customer_email: 'marker2@example.com' });
  await postTawk(product, markedTranscript());
  await team.waitForText('TAWK CHAT');
  await vi.waitUntil(async () => (await world.rows(`select 1 from deliveries where state = 'dead'`)).length > 0, {
    timeout: 20_000,
  });
  expect((await team.ask('/close 1 resolved marker: the note')).text).toContain('#1 closed');
  await team.ask('/close 2 resolved');
  // As earlier versions wrote it.
  await world.rows(`update incidence_history set after = after || '{"customerName": "Marker", "page": "marker"}'`);
  await quiet(product);
  await world.rows(
    `insert into visitor_contexts (key, chat_id, email, visitor_id, account, attributes, sent_at)
     values ('k', 'marker', 'marker@example.com', 'marker', '', '[{"key": "name", "value": "marker", "at": 1}]', now())`,
  );
  await world.rows(
    `update incidences set context = '[{"key": "name", "value": "marker", "at": 1}]', visitor_id = 'marker' where id = 2`,
  );
  await world.rows(`insert into bot_dialogs (key, state, updated_at) values ('k', '{"note": "marker"}', now())`);

  await world.rows(
    `insert into replies (incidence_id, person_id, text, file, channel, state, nonce, chat_id, created_at)
     select 1, min(id), 'marker: the reply', '{"name": "marker.pdf"}', 'API', 'discarded', 'n', 1, now() from people`,
  );

  const isIndexed = async () => (await columnsWith(world, 'marker')).filter((place) => /search/.test(place));
  await vi.waitUntil(async () => (await isIndexed()).length >= 4, { timeout: 20_000 });
  const held = await columnsWith(world, 'marker');
  for (const place of [
    'bot_dialogs.state',
    'deliveries.reason',
    'delivery_attempts.detail',
    'inbound_events.body',
    'incidence_history.after',
    'incidence_history.note',
    'incidences.additional_info',
    'incidences.context',
    'incidences.customer_email',
    'incidences.customer_name',
    'incidences.message',
    'incidences.note',
    'incidences.url',
    'incidences.visitor_id',
    'incidence_search.email',
    'incidence_search.said',
    'incidence_search.words',
    'search_terms.term',
    'replies.file',
    'replies.text',
    'transcript_messages.text',
    'transcript_messages.words',
    'visitor_contexts.attributes',
    'visitor_contexts.chat_id',
    'visitor_contexts.email',
    'visitor_contexts.visitor_id',
    'transcripts.summary',
  ]) {
    expect(held).toContain(place);
  }
  await forget(inDays(89));
  expect(await columnsWith(world, 'marker')).toContain('incidences.customer_name');

  await forget(inDays(91));
  expect(await columnsWith(world, 'marker')).toEqual([]);
  expect(await world.rows('select id, status, severity, alert_count, outcome from incidences order by id')).toEqual([
    { id: '1', status: 'closed', severity: 'high', alert_count: 2, outcome: 'resolved' },
    expect.objectContaining({ id: '2', status: 'closed', outcome: 'resolved' }),
  ]);
  const actions = await world.rows<{ action: string }>('select action from incidence_history where incidence_id = 1');
  expect(actions.map(({ action }) => action)).toEqual(['alerted', 'alerted', 'close']);
  // Written about an incidence that was emptied before.
  await world.rows(
    `insert into replies (incidence_id, person_id, text, channel, state, nonce, chat_id, created_at)
     select 1, min(id), 'marker: too late', 'API', 'draft', 'm', 1, now() from people`,
  );
  expect(await forget(inDays(92))).toMatchObject({ incidences: 0, replies: 1 });
  expect(await columnsWith(world, 'marker')).toEqual([]);
  expect((await team.ask('/incidence 1')).text).toContain('#1 · closed');
});

test('the history names which of the customer data changed, not to what', async (context) => {
  const { world, product, team } = await startForgettable(context);
  const alert = { severity: 'high', reason: 'TEST', conversation_id: 1, customer_name: 'Ada', message: 'help' };
  await postAlert(product, alert);
  await postAlert(product, { ...alert, customer_name: 'Grace', severity: 'critical' });
  await team.waitForText('Grace');
  expect(await world.rows('select before, after from incidence_history where incidence_id = 1 order by id')).toEqual([
    { before: {}, after: { status: 'open', severity: 'high' } },
    {
      before: { severity: 'high', alertCount: 1 },
      after: { severity: 'critical', alertCount: 2, changed: ['customerName'] },
    },
  ]);
});

test('an open incidence keeps its data, however old, until it has been closed', async (context) => {
  const { world, product, team, forget } = await startForgettable(context);
  const alert = { severity: 'high', reason: 'TEST', conversation_id: 1, customer_name: 'Ada', message: 'help' };
  await postAlert(product, alert);
  await team.waitForButton(1, 'Acknowledge');
  expect(await forget(inDays(200))).toMatchObject({ incidences: 0 });
  const names = () => world.rows('select customer_name, status from incidences');
  expect(await names()).toEqual([{ customer_name: 'Ada', status: 'open' }]);

  await team.ask('/close 1 resolved');
  expect(await forget(inDays(91))).toMatchObject({ incidences: 1 });
  expect(await names()).toEqual([{ customer_name: null, status: 'closed' }]);
});

test('payloads that wait for processing stay, those that failed or were not recognised for twice the days', async (context) => {
  const { world, forget } = await startForgettable(context);
  for (const state of ['stored', 'failed', 'drift', 'ignored']) {
    await world.rows(
      `insert into inbound_events (source, event, delivery_id, headers, body, received_at, state, attempts, retry_at)
       values ('tawk', 'x', $1, '{}', '{}', now(), $1, 0, now() + interval '1 year')`,
      state,
    );
  }
  const states = async () =>
    (await world.rows<{ state: string }>('select state from inbound_events order by id')).map(({ state }) => state);
  await forget(inDays(91));
  expect(await states()).toEqual(['stored', 'failed', 'drift']);
  await forget(inDays(181));
  expect(await states()).toEqual(['stored']);
});

test('deliveries that failed for good go after their days, and so do attempts, refused presses and notices that still wait', async (context) => {
  const { world, forget } = await startForgettable(context);
  await world.rows(
    `insert into deliveries (lane, kind, subject, payload, rank, state, due_at, created_at, settled_at)
     select 'telegram:5', 'dead_note', state, '{}', 1, state, now() + interval '1 year', now(),
       case state when 'dead' then now() end
     from unnest(array['waiting', 'dead']) state`,
  );
  await world.rows(
    `insert into delivery_attempts (delivery_id, lane, at, outcome, ms) select id, lane, now(), 'lane-lost', 1 from deliveries`,
  );
  await world.rows(`insert into members values ($1, $2, now())`, SEED.supportTeam, SEED.ana);
  await world.rows(
    `insert into refused_presses (actor, wanted, reason, at) values ('Dmitri', 'send-alerts', 'not-allowed', now())`,
  );
  await forget(inDays(91));
  for (const table of ['deliveries', 'delivery_attempts', 'members', 'refused_presses']) {
    expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
  }
});

test('a stranger who was answered leaves no lane; lost, moved, paused and waiting ones stay', async (context) => {
  const { world, product, forget } = await startForgettable(context);
  product.sandbox.type({ chatId: SEED.dmitri, by: SEED.dmitri, text: '/whoami' });
  const lane = `telegram:${SEED.dmitri}`;
  await waitUntil(async () => (await world.rows('select 1 from lanes where lane = $1', lane)).length > 0);
  // What waits comes first: the product forgets idle lanes at any time.
  await world.rows(
    `insert into deliveries (lane, kind, subject, payload, rank, state, due_at, created_at)
     values ('telegram:4', 'test', 's', '{}', 1, 'waiting', now() + interval '1 day', now())`,
  );
  await world.rows(
    `insert into lanes (lane, paused_until, lost_at, migrated_to) values
       ('telegram:1', null, now(), null), ('telegram:2', null, null, '-1002'),
       ('telegram:3', now() + interval '1 day', null, null), ('telegram:4', now() - interval '1 day', null, null)`,
  );
  const lanes = async () =>
    (await world.rows<{ lane: string }>('select lane from lanes order by lane')).map((row) => row.lane);
  await forget(new Date());
  expect(await lanes()).toContain(lane);
  await forget(new Date(Date.now() + 2 * 3_600_000));
  expect((await lanes()).filter((kept) => /^telegram:.$/.test(kept))).toEqual(
    ['1', '2', '3', '4'].map((id) => `telegram:${id}`),
  );
  expect(await lanes()).not.toContain(lane);
});
