import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { connect, type Db } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { createLog } from '../log.ts';
import * as searchStore from './search-store.ts';

const incidences = 30_000;
/** Each word, and one in how many incidences has it. */
const rarity = { everybody: 1, every: 3, often: 30, seldom: 700, rare: 9_000, nobody: Number.POSITIVE_INFINITY };
const vocabulary = Object.entries(rarity);

let db: Db;
beforeAll(async () => {
  const database = await createTestDatabase();
  db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  await migrate(db);
  await sql`
    insert into incidences (source, kind, account, external_id, status, severity, reason, happened_at, opened_at, updated_at)
    select 'alert', 'conversation', '', number::text, 'open', 'low', 'X', now(), now(), now()
    from generate_series(1, ${incidences}::integer) number`.execute(db);
  const all = Array.from({ length: incidences }, (_, index) => wordsOf(index + 1).join(' '));
  await sql`
    insert into incidence_search (incidence_id, words, said, version)
    select number, to_tsvector('simple', words), '', 1 from unnest(${all}::text[]) with ordinality as one (words, number)`.execute(
    db,
  );
});
afterAll(() => db.destroy());

function wordsOf(id: number): string[] {
  return vocabulary.filter(([, every]) => id % every === 0).map(([word]) => word);
}

/** The slow way: each incidence is asked. */
function having(words: readonly string[]): number[] {
  const ids = Array.from({ length: incidences }, (_, index) => incidences - index);
  return ids.filter((id) => words.every((begun) => wordsOf(id).some((word) => word.startsWith(begun))));
}

test('common and rare words in any mixture are found as if every incidence was asked, on every page', async () => {
  const begun = fc
    .tuple(fc.constantFrom(...vocabulary.map(([word]) => word)), fc.integer({ min: 2, max: 9 }))
    .map(([word, letters]) => word.slice(0, letters));
  await fc.assert(
    fc.asyncProperty(
      fc.array(begun, { minLength: 1, maxLength: 3 }),
      fc.option(fc.integer({ min: 1, max: incidences }), { nil: undefined }),
      fc.constantFrom('next', 'previous'),
      async (words, from, to) => {
        const limit = 11;
        const all = having(words);
        const turn = from === undefined ? undefined : { to, from };
        const expected =
          turn === undefined
            ? all.slice(0, limit)
            : to === 'next'
              ? all.filter((id) => id < turn.from).slice(0, limit)
              : all.filter((id) => id > turn.from).slice(-limit);
        expect(await searchStore.findIncidences(db, words, { limit, turn })).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
