import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { connect, type Db } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { createLog } from '../log.ts';
import { rank, type DeliveryRequest } from './delivery.ts';
import * as deliveryStore from './delivery-store.ts';
import { settle } from './settle.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = connect(database.url, { role: 'test', connections: 2, log: createLog('silent', { pretty: false }) });
  await migrate(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const requestFor = (subject: string, given: Partial<DeliveryRequest> = {}): DeliveryRequest => ({
  lane: 'telegram:-1',
  kind: 'test',
  subject,
  rank: rank.medium,
  incidenceId: null,
  payload: {},
  ...given,
});

const next = async (lane: string, now: Date) =>
  (await deliveryStore.findNextPerLane(db, [], now)).find((delivery) => delivery.lane === lane);

test('ten thousand requests at once are one statement', async () => {
  const lane = 'telegram:-10';
  const requests = Array.from({ length: 10_000 }, (_, index) => requestFor(`many:${index}`, { lane, rank: rank.low }));
  await deliveryStore.enqueue(db, [...requests, requestFor('worst', { lane, rank: rank.critical })], new Date());
  expect(await next(lane, new Date())).toMatchObject({ subject: 'worst' });
});

test('requests for one thing are one delivery, the most urgent rank stays, the newest payload counts', async () => {
  const lane = 'telegram:-11';
  const now = new Date();
  const twice = [
    requestFor('a', { lane, payload: { is: 1 } }),
    requestFor('a', { lane, rank: rank.high, payload: { is: 2 } }),
  ];
  await deliveryStore.enqueue(db, twice, now);
  await deliveryStore.enqueue(db, [requestFor('a', { lane, rank: rank.low, payload: { is: 3 } })], now);
  expect(await next(lane, now)).toMatchObject({ rank: rank.high, wish: 2, payload: { is: 3 } });
});

test('what became more urgent does not sit out an earlier back-off', async () => {
  const lane = 'telegram:-12';
  const now = new Date();
  await deliveryStore.enqueue(db, [requestFor('a', { lane })], now);
  const delivery = await next(lane, now);
  if (!delivery) throw new Error('nothing waits');
  const failed = { outcome: 'temporary', reason: 'Internal Server Error' } as const;
  const settlement = settle({ ...delivery, attempts: 7 }, failed, now);
  await deliveryStore.record(db, { delivery, attempt: failed, settlement, at: now, ms: 1 });
  expect(await next(lane, now)).toBeUndefined();

  await deliveryStore.enqueue(db, [requestFor('a', { lane, rank: rank.critical })], now);
  expect(await next(lane, now)).toMatchObject({ rank: rank.critical, attempts: 0 });
});

test('a request that comes during the attempt keeps the delivery waiting; the record returns what is next', async () => {
  const lane = 'telegram:-13';
  const now = new Date();
  await deliveryStore.enqueue(db, [requestFor('a', { lane }), requestFor('b', { lane })], now);
  const delivery = await next(lane, now);
  if (!delivery) throw new Error('nothing waits');
  await deliveryStore.enqueue(db, [requestFor('a', { lane })], now);
  const sent = { outcome: 'sent', messageId: 5 } as const;
  const done = { delivery, attempt: sent, settlement: settle(delivery, sent, now), at: now, ms: 1 };
  expect(await deliveryStore.record(db, done)).toMatchObject({ subject: 'b' });
  expect(await next(lane, now)).toMatchObject({ subject: 'a', wish: 2, settledAt: null });
});

test('the next sender knows what went out lately, answers to people too', async () => {
  const lane = 'telegram:-15';
  const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second));
  for (const second of [0, 30, 62]) await deliveryStore.noteAnswer(db, lane, at(second));
  await deliveryStore.enqueue(db, [requestFor('a', { lane })], at(40));
  const delivery = await next(lane, at(40));
  if (!delivery) throw new Error('nothing waits');
  const sent = { outcome: 'sent', messageId: 1 } as const;
  const settlement = settle(delivery, sent, at(41));
  await deliveryStore.record(db, { delivery, attempt: sent, settlement, at: at(41), ms: 1 });
  const since = await deliveryStore.findSentSince(db, at(0));
  expect(since.filter((one) => one.lane === lane).map((one) => one.at)).toEqual([at(30), at(41), at(62)]);
});

test('of many strangers who were answered none is read; only lanes that are blocked or lost are', async () => {
  const now = new Date();
  const later = new Date(now.getTime() + 60_000);
  const strangers = Array.from({ length: 500 }, (_, index) => `telegram:${900_000 + index}`);
  await db
    .insertInto('lanes')
    .values([
      ...strangers.map((lane) => ({ lane, answeredAt: [now] })),
      { lane: 'telegram:-20', pausedUntil: later },
      { lane: 'telegram:-21', lostAt: now, lostReason: 'bot was kicked' },
      { lane: 'telegram:-22', migratedTo: -1_022 },
    ])
    .execute();
  const blocked = await deliveryStore.findBlockedLanes(db, now);
  expect(blocked.map(({ lane }) => lane).toSorted()).toEqual(['telegram:-20', 'telegram:-21', 'telegram:-22']);
  const lost = await deliveryStore.findLostLanes(db);
  expect(lost.map(({ lane }) => lane)).toEqual(['telegram:-21']);
});
