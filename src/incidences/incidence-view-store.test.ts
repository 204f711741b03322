import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { connect, type Db } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { createLog } from '../log.ts';
import * as incidenceStore from './incidence-store.ts';
import * as incidenceViewStore from './incidence-view-store.ts';

test('a card and a change read as few rows among thousands of the same customer, also by a plan from when there were none', async () => {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  await migrate(db);
  await addIncidences(db, 10);
  // PostgreSQL keeps one plan for a prepared statement from its sixth execution on.
  for (let time = 0; time < 8; time += 1) {
    await incidenceViewStore.findById(db, 1);
    await incidenceViewStore.findForPlace(db, 1, place);
    await incidenceStore.update(db, 1, { severity: 'high' }, new Date());
  }
  await addIncidences(db, 3_000);

  const found = await db.transaction().execute(async (trx) => {
    const before = await readRows(trx);
    const view = await incidenceViewStore.findById(trx, 1_500);
    const inPlace = await incidenceViewStore.findForPlace(trx, 1_500, place);
    expect(inPlace).toMatchObject({ incidence: view, standingCardId: 1_500 });
    await incidenceStore.update(trx, 1_500, { severity: 'high' }, new Date());
    return { siblings: view?.siblings.map(({ id }) => id), rows: (await readRows(trx)) - before };
  });
  expect(found.siblings).toEqual([3_010, 3_009, 3_008]);
  expect(found.rows).toBeLessThan(80);
  await db.destroy();
  await database.drop();
});

const place = { chatId: -1, threadId: null };

/** Each with a card. */
async function addIncidences(db: Db, count: number): Promise<void> {
  await sql`
    with added as (
      insert into incidences (source, kind, account, external_id, status, severity, reason, customer_email, happened_at,
        opened_at, updated_at)
      select 'alert', 'conversation', '', gen_random_uuid()::text, 'open', 'low', 'X', 'john@example.com', now(), now(), now()
      from generate_series(1, ${count}::integer)
      returning id, customer_email
    ), shown as (
      insert into cards (incidence_id, chat_id, message_id, shown_version, sent_at)
      select id, ${place.chatId}::bigint, id, 1, now() from added
    )
    insert into incidence_search (incidence_id, words, said, email, version)
    select id, '', '', customer_email, 1 from added`.execute(db);
}

/** How many rows of these tables this transaction has read so far. */
async function readRows(db: Db): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select sum(seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables
    where relname in ('incidences', 'incidence_search', 'cards')`.execute(db);
  return rows[0]?.read ?? Number.NaN;
}
