import { createHmac } from 'node:crypto';
import { expect, test, type TestContext, vi } from 'vitest';
import { createLog } from '../src/log.ts';
import { openChat } from './support/chat.ts';
import { fetchReady, post, postTawk, quiet, secrets, startProduct } from './support/product.ts';
import { type FakeChat, type Fault, startTawkRest } from './support/tawk-rest.ts';
import { waitUntil } from './support/wait.ts';
import { startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const minuteMs = 60_000;
const contextKey = 'test-context-key-0123456789';
const property = '5f1a9c3be7a2d84c90b1e6f4';

/**
 * Bellhop with a key for Tawk.to's REST API. Its clock is moved between two starts, since a look every ten minutes is due
 * at a start when the last one is that old.
 */
async function startImporting(context: TestContext) {
  const world = await startWorld(context);
  const rest = await startTawkRest(context);
  const begunAt = Date.now();
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const lines: string[] = [];
  const destination = {
    write: (line: string) => {
      lines.push(line);
    },
  };
  const log = createLog('warn', { pretty: false, destination });
  const start = async (env: Record<string, string> = {}) => {
    const product = await startProduct({
      ...world,
      now,
      log,
      env: {
        TAWK_CONTEXT_KEY: contextKey,
        TAWK_REST_API_KEY: rest.key,
        TAWK_REST_URL: rest.url,
        TIMEZONE: 'Asia/Kolkata',
        ...env,
      },
    });
    return { product, team: openChat(product) };
  };
  let running = await start();
  context.onTestFinished(() => running.product.stop());
  const looked = async () => {
    const [row] = await world.rows<{ succeeded_at: Date | null }>(
      `select succeeded_at from reconcilers where source = 'tawk'`,
    );
    return row?.succeeded_at?.getTime();
  };
  await waitUntil(looked);

  /** So many minutes after the first start Bellhop is started again. */
  const restartAt = async (minutes: number, env?: Record<string, string>) => {
    await running.product.stop();
    aheadMs = begunAt + minutes * minuteMs - Date.now();
    running = await start(env);
    return running;
  };
  return {
    world,
    rest,
    /** An instant so many minutes after the first start, as Tawk.to writes it. */
    at: (minutes: number) => new Date(begunAt + minutes * minuteMs).toISOString(),
    now,
    running: () => running,
    logged: () => lines.join(''),
    restartAt,
    /** The same, until it looked and nothing waits. */
    lookAt: async (minutes: number) => {
      const before = await looked();
      await restartAt(minutes);
      await waitUntil(async () => (await looked()) !== before);
      await quiet(running.product);
      return running;
    },
    incidences: () =>
      world.rows<{ external_id: string; kind: string; status: string; severity: string }>(
        'select external_id, kind, status, severity from incidences order by external_id',
      ),
    imports: () =>
      world.rows<{ event: string; state: string; reason: string | null }>(
        `select event, state, reason from inbound_events where event like 'rest:%' order by id`,
      ),
  };
}

/** A chat that began at `createdOn` and lasted a minute. */
function chat(id: string, createdOn: string, said: readonly (readonly ['v' | 'a' | 's', string])[]): FakeChat {
  const from = Date.parse(createdOn);
  return {
    id,
    createdOn,
    visitor: { name: 'Priya', email: 'priya@example.com', city: 'kochi', country: 'IN' },
    messages: said.map(([t, msg], index) => ({
      sender: t === 'v' ? { t } : { t, n: 'Meera' },
      type: 'msg',
      msg,
      time: new Date(from + index * 20_000).toISOString(),
    })),
  };
}

/** The webhooks that should have told of it. */
function webhooksOf({ id, createdOn, messages, visitor }: FakeChat): { start: string; transcript: string } {
  const about = { time: createdOn, property: { id: property, name: 'Annapurna Platters' } };
  const [first] = messages as { msg: string }[];
  const message = { text: first?.msg, type: 'msg', sender: { type: 'visitor' } };
  // The event is made some time after the message.
  const time = new Date(Date.parse(createdOn ?? '') + 700).toISOString();
  return {
    start: JSON.stringify({ event: 'chat:start', chatId: id, ...about, time, message, visitor }),
    transcript: JSON.stringify({ event: 'chat:transcript_created', ...about, chat: { id, visitor, messages } }),
  };
}

test('chats and tickets that no webhook told of become cards, and are said once', async (context) => {
  const { rest, at, lookAt, running, incidences, imports } = await startImporting(context);
  const told = chat('told', at(1), [['v', 'I have a webhook']]);
  rest.chats.set(property, [
    chat('missed', at(2), [
      ['v', 'Where is my refund?'],
      ['v', 'Hello??'],
    ]),
    chat('answered', at(3), [
      ['v', 'Thank you!'],
      ['a', 'You are welcome'],
    ]),
    told,
    chat('greeting-alone', at(4), [['s', 'Hi! How can we help?']]),
  ]);
  rest.tickets.set(property, [
    {
      id: 'ticket-1',
      humanId: 7,
      createdOn: at(3),
      subject: 'Invoice',
      requester: { name: 'Ravi', email: 'ravi@example.com' },
      message: 'Please send it',
      status: 'open',
    },
    { id: 'ticket-2', createdOn: at(3), subject: 'Old', status: 'closed' },
  ]);
  await postTawk(running().product, webhooksOf(told).start);
  const { product, team } = await lookAt(25);

  expect(await incidences()).toEqual([
    { external_id: 'answered', kind: 'chat', status: 'open', severity: 'medium' },
    { external_id: 'missed', kind: 'chat', status: 'open', severity: 'high' },
    { external_id: 'ticket-1', kind: 'ticket', status: 'open', severity: 'medium' },
    expect.objectContaining({ external_id: 'told' }),
  ]);
  const cards = team.messages().map(({ text }) => text ?? '');
  expect(cards.find((card) => card.includes('Where is my refund?'))).toContain(
    'Nobody answered Priya for 20 s; they left',
  );
  expect(cards.find((card) => card.includes('Subject: Invoice'))).toContain('Please send it');
  expect(cards.find((card) => card.includes('Thank you!'))).toContain('Answered by: Meera');
  expect(cards.find((card) => card.includes('Thank you!'))).toContain('Place: Kochi, IN\nProperty: Annapurna Platters');

  const notes = () => product.sandbox.calls.filter(({ params }) => String(params['text']).includes('had no webhook'));
  expect(notes()).toHaveLength(1);
  const clock = new Date(at(2)).toLocaleTimeString('en-GB', {
    timeZone: 'Asia/Kolkata',
    hour: '2-digit',
    minute: '2-digit',
  });
  // With the date where that was yesterday.
  const sentence = new RegExp(
    `2 chats and 1 ticket had no webhook since (\\d{4}-\\d\\d-\\d\\d )?${clock}; imported\\.`,
  );
  expect(notes()[0]?.params['text']).toMatch(sentence);

  const before = await imports();
  expect(before.map(({ state }) => state)).toEqual(before.map(() => 'processed'));
  await lookAt(40);
  await lookAt(55);
  expect(await imports()).toEqual(before);
  expect(notes()).toHaveLength(1);
});

test('webhooks that come later change nothing twice and open nothing that a person closed', async (context) => {
  const { rest, at, lookAt, world } = await startImporting(context);
  const late = chat('late', at(2), [
    ['v', 'Where is my refund?'],
    ['a', 'On its way'],
  ]);
  rest.chats.set(property, [late]);
  const { product, team } = await lookAt(25);
  await team.ask('/close 1 resolved');
  const cardsBefore = team.messages().length;
  const documents = () => team.messages().filter(({ document }) => document).length;
  expect(documents()).toBe(1);

  await postTawk(product, webhooksOf(late).start);
  await postTawk(product, webhooksOf(late).transcript);
  await quiet(product);
  expect(team.state(1)).toBe('#1 · closed by Ana · resolved');
  expect(team.messages()).toHaveLength(cardsBefore);
  expect(documents()).toBe(1);
  expect(
    await world.rows(`select event, state, reason from inbound_events where event like 'chat:%' order by id`),
  ).toEqual([
    { event: 'chat:start', state: 'ignored', reason: 'this message was imported before its webhook came' },
    { event: 'chat:transcript_created', state: 'duplicate', reason: expect.any(String) },
  ]);

  // A message after the import is news.
  await postTawk(product, webhooksOf({ ...late, createdOn: at(30) }).start);
  await quiet(product);
  expect(team.state(1)).toBe('#1 · open');
});

test('a chat that goes on is imported at once, and its transcript when it ended', async (context) => {
  const { rest, at, lookAt, incidences, imports } = await startImporting(context);
  const begun = chat('long', at(20), [['v', 'Is anybody there?']]);
  rest.chats.set(property, [begun]);
  await lookAt(25);
  expect(await incidences()).toEqual([expect.objectContaining({ external_id: 'long', severity: 'medium' })]);
  expect((await imports()).map(({ event }) => event)).toEqual(['rest:chat']);

  rest.chats.set(property, [
    chat('long', at(20), [
      ['v', 'Is anybody there?'],
      ['v', 'Hello??'],
    ]),
  ]);
  const { team } = await lookAt(40);
  expect((await imports()).map(({ event }) => event)).toEqual(['rest:chat', 'rest:transcript']);
  expect(team.card(1).text).toContain('Nobody answered Priya for 20 s; they left');
});

test('what the shop’s backend tells of a chat is no webhook', async (context) => {
  const { rest, at, lookAt, running, now, imports } = await startImporting(context);
  const tell = async () => {
    const body = JSON.stringify({ chatId: 'known-to-the-shop', attributes: { user_tier: 'GOLD' } });
    const timestamp = String(Math.floor(now().getTime() / 1000));
    const mac = createHmac('sha256', contextKey).update(`${timestamp}.${body}`).digest('hex');
    const headers = { 'x-bellhop-timestamp': timestamp, 'x-bellhop-signature': `sha256=${mac}` };
    expect(await post(`${running().product.baseUrl}/api/v1/tawk/context`, body, headers)).toMatchObject({
      status: 200,
    });
  };
  await tell();
  rest.chats.set(property, [chat('known-to-the-shop', at(20), [['v', 'Is anybody there?']])]);
  const { team } = await lookAt(25);
  expect(team.card(1).text).toContain('Is anybody there?');
  await tell();
  await lookAt(40);
  expect((await imports()).map(({ event }) => event)).toEqual(['rest:chat', 'rest:transcript']);
});

test('a chat in its first two minutes waits for its webhook, and one from before the key is not ours', async (context) => {
  const { rest, at, lookAt, incidences } = await startImporting(context);
  rest.chats.set(property, [chat('fresh', at(24), [['v', 'Hi']]), chat('old', at(-30), [['v', 'Hi']])]);
  await lookAt(25);
  expect(await incidences()).toEqual([]);
  await lookAt(36);
  expect((await incidences()).map(({ external_id: id }) => id)).toEqual(['fresh']);
});

test('pages of fifty are followed, whatever their order, and repeated pages end', async (context) => {
  const { rest, at, lookAt, incidences } = await startImporting(context);
  const many = Array.from({ length: 120 }, (_, index) =>
    chat(`chat-${index}`, at(1 + index / 100), [['v', `Number ${index}`]]),
  );
  rest.chats.set(property, many);
  rest.tickets.set(
    property,
    Array.from({ length: 60 }, (_, index) => ({ id: `ticket-${index}`, createdOn: at(3), subject: `T ${index}` })),
  );
  rest.sorts = 'ignore';
  rest.pagesTickets = false;
  await lookAt(25);
  const found = await incidences();
  expect(found.filter(({ kind }) => kind === 'chat')).toHaveLength(120);
  // What a list that does not page keeps back cannot be read; it does not loop either.
  expect(found.filter(({ kind }) => kind === 'ticket')).toHaveLength(50);
  expect(rest.calls.every(({ body }) => body['size'] === undefined || body['size'] === 50)).toBe(true);
  expect(rest.calls.some(({ body }) => 'startDate' in body || 'endDate' in body)).toBe(false);
});

test('a sorted list is read no further than needed', async (context) => {
  const { rest, at, lookAt } = await startImporting(context);
  rest.chats.set(
    property,
    Array.from({ length: 500 }, (_, index) => chat(`chat-${index}`, at(-1000 - index), [['v', 'Hi']])),
  );
  rest.calls.length = 0;
  await lookAt(25);
  expect(rest.calls.map(({ method }) => method)).toEqual(['property.list', 'chat.list', 'ticket.list']);
});

const faults: readonly (readonly [string, Fault])[] = [
  ['is limited', { kind: 'answer', status: 429, body: { ok: false, error: 'rate_limited' } }],
  ['fails', { kind: 'answer', status: 502, body: '<html>Bad gateway</html>' }],
  ['is cut', { kind: 'cut' }],
  ['says no with 200', { kind: 'answer', status: 200, body: { ok: false, error: 'validation_error' } }],
  ['is refused', { kind: 'answer', status: 403, body: { ok: false, error: 'forbidden' } }],
];

test.for(faults)('a list of chats that %s is read by the next look', async ([, fault], context) => {
  const { rest, at, lookAt, restartAt, incidences, logged } = await startImporting(context);
  rest.chats.set(property, [chat('missed', at(2), [['v', 'Where is my refund?']])]);
  const properties = { kind: 'answer', status: 200, body: { ok: true, data: rest.properties } } as const;
  rest.faults.push(properties, fault);
  await restartAt(25);
  await waitUntil(() => logged().includes('tawk.import_failed'));
  expect(await incidences()).toEqual([]);
  expect(logged()).not.toContain(rest.key);

  const { product } = await lookAt(40);
  expect((await incidences()).map(({ external_id: id }) => id)).toEqual(['missed']);
  const notes = product.sandbox.calls.filter(({ params }) => String(params['text']).includes('had no webhook'));
  expect(notes).toHaveLength(1);
});

test('a list of tickets that cannot be read holds up no chats, and loses no tickets', async (context) => {
  const { rest, at, lookAt, restartAt, incidences, logged } = await startImporting(context);
  rest.chats.set(property, [chat('missed', at(2), [['v', 'Where is my refund?']])]);
  rest.tickets.set(property, [{ id: 'ticket-1', createdOn: at(3), subject: 'Invoice' }]);
  const properties = { kind: 'answer', status: 200, body: { ok: true, data: rest.properties } } as const;
  const chats = { kind: 'answer', status: 200, body: { ok: true, data: rest.chats.get(property) ?? [] } } as const;
  const refused = { kind: 'answer', status: 400, body: { ok: false, error: 'validation_error' } } as const;
  rest.faults.push(properties, chats, refused);
  await restartAt(1_000);
  await waitUntil(() => logged().includes('tawk.import_failed'));
  await waitUntil(async () => (await incidences()).length > 0);
  expect((await incidences()).map(({ external_id: id }) => id)).toEqual(['missed']);

  const { product } = await lookAt(2_000);
  expect((await incidences()).map(({ external_id: id }) => id)).toEqual(['missed', 'ticket-1']);
  const notes = product.sandbox.calls.flatMap(
    ({ params }) => /\d .* had no webhook/.exec(String(params['text']))?.[0] ?? [],
  );
  expect(notes).toEqual(['1 chat had no webhook', '1 ticket had no webhook']);
});

test('a large outage is imported whole', async (context) => {
  const { rest, at, lookAt, incidences } = await startImporting(context);
  rest.chats.set(
    property,
    Array.from({ length: 330 }, (_, index) => chat(`chat-${index}`, at(1 + index / 100), [['v', `Number ${index}`]])),
  );
  await lookAt(25);
  expect(await incidences()).toHaveLength(330);
});

test('stopping does not wait for a Tawk.to that hangs', async (context) => {
  const { rest, restartAt, lookAt } = await startImporting(context);
  rest.faults.push({ kind: 'hang' });
  await restartAt(25);
  await waitUntil(() => rest.faults.length === 0);
  const { product } = await lookAt(40);
  expect((await fetchReady(product)).status).toBe(200);
});

test('/ready and /metrics tell the age of the last look, and nothing without a key', async (context) => {
  const { rest, restartAt, lookAt, running, logged } = await startImporting(context);
  const metrics = async () => {
    const { baseUrl } = running().product;
    return (await fetch(`${baseUrl}/metrics`, { headers: { authorization: `Bearer ${secrets.alertKey}` } })).text();
  };
  expect(await metrics()).toMatch(/^bellhop_reconciled_age_seconds{source="tawk"} \d/m);
  rest.isApproved = false;
  await restartAt(90);
  // Logged once it is recorded.
  await waitUntil(() => logged().includes('tawk.import_failed'));
  const ready = await fetchReady(running().product);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    reasons: [
      expect.stringMatching(
        /^What Tawk.to sends no webhook for has not been looked for since .*HTTP 403 \(forbidden\)/,
      ),
    ],
  });
  rest.isApproved = true;
  await lookAt(200);
  // Telegram may not have been reached yet since the restart.
  const isReady = async () => (await fetchReady(running().product)).status === 200;
  await waitUntil(isReady);

  rest.calls.length = 0;
  await restartAt(400, { TAWK_REST_API_KEY: '' });
  await waitUntil(isReady);
  expect(await metrics()).not.toContain('source="tawk"');
  expect(rest.calls).toEqual([]);
});
