import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { createLog } from '../log.ts';
import * as stormStore from './storm-store.ts';

test('only a due edit counts, and the most urgent come out up to a rank', async () => {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  await migrate(db);
  const lane = 'telegram:-1';
  const now = new Date();
  const requestFor = (subject: string, urgency: number) => {
    const kind = urgency === rank.edit ? ('edit_card' as const) : ('send_card' as const);
    return { lane, kind, subject, rank: urgency, incidenceId: null, payload: {} };
  };
  const cards = [
    requestFor('a', rank.medium),
    requestFor('b', rank.high),
    requestFor('c', rank.low),
    requestFor('d', rank.medium),
  ];
  await deliveryStore.enqueue(db, cards, now);
  expect(await stormStore.foldSurplus(db, lane, 0)).toMatchObject({ folded: 4 });

  expect(await stormStore.hasDueEdit(db, lane, now)).toBe(false);
  await deliveryStore.enqueue(db, [requestFor('e', rank.edit)], now);
  expect(await stormStore.hasDueEdit(db, lane, now)).toBe(true);
  expect(await stormStore.hasDueEdit(db, lane, new Date(now.getTime() - 1))).toBe(false);

  expect(await stormStore.unfold(db, lane, 3, { asked: false, upTo: rank.high })).toBe(1);
  expect(await stormStore.unfold(db, lane, 2, { asked: false })).toBe(2);
  const left = await db.selectFrom('deliveries').select('subject').where('state', '=', 'folded').execute();
  expect(left).toEqual([{ subject: 'c' }]);
  await db.destroy();
  await database.drop();
});
