import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { up } from '../migrations/0034-stored-admins.ts';
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

test('an admin or a lead by Telegram stays one in private', async () => {
  await roleOf(2, true, []);
  for (const role of ['admin', 'lead'] as const) {
    await db.updateTable('people').set({ role }).where('telegramId', '=', 2).execute();
    expect(await roleOf(2, false, [])).toBe(role);
  }
});

test('an admin that an early version stored, when it counted for nothing, is an agent after the upgrade', async () => {
  await roleOf(3, true, []);
  await db.updateTable('people').set({ role: 'admin' }).where('telegramId', '=', 3).execute();
  await up(db as Kysely<unknown>);
  expect(await roleOf(3, true, [])).toBe('agent');
});
