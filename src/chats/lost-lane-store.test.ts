import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { connect, type Db } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { createLog } from '../log.ts';
import * as lostLaneStore from './lost-lane-store.ts';

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

test('what waits for a lost chat is copied once, also when it is requested again', async () => {
  const now = new Date();
  const place = { chatId: -100, threadId: null };
  const request = {
    lane: 'telegram:-100',
    kind: 'test',
    subject: 'a',
    rank: rank.high,
    incidenceId: null,
    payload: place,
  };
  const copy = () => lostLaneStore.copyToRescue(db, 'telegram:-100', [{ chatId: 7, threadId: null }], now);
  await deliveryStore.enqueue(db, [request], now);
  expect(await copy()).toBe(1);
  await deliveryStore.enqueue(db, [request], now);
  expect(await copy()).toBe(0);
  const rows = await db.selectFrom('deliveries').select(['lane', 'payload', 'createdAt']).orderBy('id').execute();
  expect(rows).toEqual([
    { lane: 'telegram:-100', payload: place, createdAt: now },
    { lane: 'telegram:7', payload: { chatId: 7, threadId: null }, createdAt: now },
  ]);
});

test('a chat is followed to the number of its successor', async () => {
  await db.insertInto('lanes').values({ lane: 'telegram:-5', migratedTo: -1_005 }).execute();
  expect(await lostLaneStore.findAllMoves(db)).toEqual(new Map([[-5, -1_005]]));
});
