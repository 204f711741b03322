import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { createTranslateChatwoot } from '../src/chatwoot/translate.ts';
import { createTranslateAlert } from '../src/chatwoot/translate-alert.ts';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import * as inboundStore from '../src/inbound/inbound-store.ts';
import { processNext } from '../src/inbound/process-inbound.ts';
import { createLog } from '../src/log.ts';
import { noRules } from '../src/sources/severity-rules.ts';
import { createTestDatabase } from './support/database.ts';

vi.setConfig({ testTimeout: 300_000 });

const folder = new URL('fixtures/chatwoot/', import.meta.url);
const bodies = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.startsWith('INDEX') && !name.startsWith('seed_custom'))
  .map((name) => readFileSync(new URL(name, folder)));

const runs = 200;
const receivedAt = new Date('2026-03-14T10:00:00Z');

/** What the cards say, for each conversation. Who was told what on the way depends on the way. */
const state = `
  select external_id, status, severity, reason, title, customer_name, customer_email, customer_phone, message, url, page,
    place, property, assignee, additional_info::text, alert_count, desk_status, desk_version, details_version, outcome,
    unanswered, last_answer_at, waiting_since, failed_reply
  from incidences order by external_id`;

test(`all bodies, shuffled and each twice, end in one state in ${runs} random orders`, async (context) => {
  const database = await createTestDatabase();
  const log = createLog('silent', { pretty: false });
  const db = connect(database.url, { role: 'test', connections: 2, log, flush: false });
  context.onTestFinished(async () => {
    await db.destroy();
    await database.drop();
  });
  await migrate(db);
  const place = { accountId: '7' };
  const translators = new Map([
    ['chatwoot', createTranslateChatwoot(place)],
    ['alert', createTranslateAlert(place)],
  ]);
  const deps = {
    db,
    log,
    translate: (source: string) => translators.get(source),
    places: () => ({ defaults: [], routes: [] }),
    rules: () => noRules,
    desk: undefined,
    adminPlaces: () => [],
    now: () => receivedAt,
  };

  async function endOf(order: readonly number[]): Promise<unknown[]> {
    await sql`truncate inbound_events, incidences, incidence_history, deliveries, cards, settings restart identity cascade`.execute(
      db,
    );
    // One at a time in the order of the ids, which the delivery id decides within a batch.
    await inboundStore.insertMany(
      db,
      order.map((index, turn) => ({
        source: 'chatwoot',
        event: 'any',
        deliveryId: String(turn).padStart(6, '0'),
        headers: {},
        body: bodies[index] ?? Buffer.of(),
        receivedAt,
      })),
    );
    for (;;) {
      const outcome = await processNext(deps, 20);
      if (outcome.kind !== 'done') {
        expect(outcome.kind).toBe('nothing');
        break;
      }
    }
    return (await sql.raw(state).execute(db)).rows;
  }

  const indexes = bodies.map((_, index) => index);
  const expected = await endOf(indexes);
  expect(expected).toHaveLength(7);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...indexes, ...indexes], { minLength: indexes.length * 2 }),
      async (order) => {
        expect(await endOf(order)).toEqual(expected);
      },
    ),
    { numRuns: runs, endOnFailure: true },
  );
});
