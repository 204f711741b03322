import { expect, test } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { createIntake } from '../src/http/intake.ts';
import { createLog } from '../src/log.ts';
import { createTestDatabase } from './support/database.ts';

test('a value that PostgreSQL refuses fails its own event, not those that share its statement', async ({
  onTestFinished,
}) => {
  const database = await createTestDatabase();
  const log = createLog('silent', { pretty: false });
  const db = connect(database.url, { role: 'pool', connections: 2, log });
  onTestFinished(async () => {
    await db.destroy();
    await database.drop();
  });
  await migrate(db);
  const intake = createIntake({ db, wake: { signal: () => undefined }, log });
  const events = Array.from({ length: 20 }, (_, index) => ({
    source: 'tawk',
    event: index === 7 ? 'no text of PostgreSQL: \0' : 'chat:start',
    deliveryId: String(index),
    headers: {},
    body: Buffer.from('{}'),
    receivedAt: new Date('2026-11-20T09:00:00Z'),
  }));
  const outcomes = await Promise.allSettled(events.map((event) => intake.store(event)));
  expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7]);
  const stored = await db.selectFrom('inboundEvents').select('deliveryId').execute();
  expect(stored).toHaveLength(19);
});
