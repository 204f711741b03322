import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Db } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { createLog } from '../src/log.ts';
import { identifyPerson } from '../src/people/identify-person.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  await migrate(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const now = new Date('2026-01-31T12:00:00Z');
const who = (telegramId: number, inPairedChat: boolean) => ({
  telegramId,
  firstName: 'Carla',
  lastName: null,
  username: null,
  isBot: false,
  isAnonymous: false,
  inPairedChat,
});
const roleOf = async (id: number, inPairedChat: boolean, adminIds: readonly number[]) => {
  const identified = await identifyPerson(db, who(id, inPairedChat), adminIds, now);
  return identified.ok ? identified.person.role : identified.reason;
};

test('who is taken out of the settings is no admin any more', async () => {
  expect(await roleOf(1, false, [1])).toBe('admin');
  expect(await roleOf(1, true, [])).toBe('agent');
  expect(await roleOf(1, false, [])).toBe('stranger');
  expect(await roleOf(1, true, [1])).toBe('admin');
});

test('an admin that an earlier version stored is none; a lead stays one, also in private', async () => {
  await roleOf(2, true, []);
  await db.updateTable('people').set({ role: 'admin' }).where('telegramId', '=', 2).execute();
  expect(await roleOf(2, false, [])).toBe('stranger');
  await db.updateTable('people').set({ role: 'lead' }).where('telegramId', '=', 2).execute();
  expect(await roleOf(2, false, [])).toBe('lead');
});
