import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { wordsOf } from './index-store.ts';

/** The words of what somebody typed, as they are stored. */
export async function findWords(db: Db, text: string): Promise<string[]> {
  const { rows } = await sql<{ lexeme: string }>`
    select lexeme from unnest(${wordsOf(sql`${text}::text`)}) order by positions[1]`.execute(db);
  return rows.map(({ lexeme }) => lexeme);
}

/** The next after an incidence, or the last before it. */
type Turn = Readonly<{ to: 'next' | 'previous'; from: number }>;

/** As many as have the common words of a million incidences among them, and few enough to read in 20 ms. */
const readAtOnce = 20_000;

/**
 * Newest first. Common words are read off the newest incidences; what these have too few of is rare, and its index gives
 * them all. PostgreSQL, left to choose, reads a million incidences one by one for a word that none has.
 */
export async function findIncidences(
  db: Db,
  words: readonly string[],
  { limit, turn }: Readonly<{ limit: number; turn?: Turn | undefined }>,
): Promise<number[]> {
  const isBackward = turn?.to === 'previous';
  const order = sql.raw(isBackward ? 'asc' : 'desc');
  const beyond = turn ? sql`incidence_id ${sql.raw(isBackward ? '>' : '<')} ${turn.from}::bigint` : sql`true`;
  const matches = sql`words @@ ${queryOf(words, '&')}::tsquery`;
  const near = sql`
    select incidence_id, words from incidence_search where ${beyond} order by incidence_id ${order} limit ${readAtOnce}`;
  // `offset 0` keeps the order out, for which the index would not be used.
  const all = sql`select incidence_id, words from incidence_search where ${matches} and ${beyond} offset 0`;
  const read = async (from: RawBuilder<unknown>) => {
    const { rows } = await sql<{ id: number }>`
      select incidence_id as id from (${from}) read where ${matches}
      order by incidence_id ${order} limit ${limit}`.execute(db);
    return rows.map(({ id }) => id);
  };
  const nearest = await read(near);
  const ids = nearest.length < limit ? await read(all) : nearest;
  return isBackward ? ids.toReversed() : ids;
}

export type Said = Readonly<{ incidenceId: number; text: string }>;

/** What of the transcripts and notes has any of the words, a few of each incidence. */
export async function findSaid(db: Db, ids: readonly number[], words: readonly string[]): Promise<Said[]> {
  const query = queryOf(words, '|');
  const { rows } = await sql<Said>`
    select incidence.id as incidence_id, said.text from unnest(${ids}::bigint[]) as incidence (id) cross join lateral (
      (select messages.text from transcripts join transcript_messages messages on transcript_id = transcripts.id
       where transcripts.incidence_id = incidence.id and messages.words @@ ${query}::tsquery
       order by position limit 5)
      union all
      (select note from incidence_history where incidence_id = incidence.id and note is not null
       order by id desc limit 5)
    ) said`.execute(db);
  return rows;
}

/** Words of customers like this one, the most alike first; none where the server has no pg_trgm. */
export async function findSimilar(db: Db, word: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ isThere: boolean }>`
    select to_regprocedure('similarity(text, text)') is not null as is_there`.execute(db);
  if (!rows[0]?.isThere) return [];
  return transact(db, async (trx) => {
    // Two letters swapped change four of the trigrams of a word, which are one more than its letters.
    const alike = Math.max(0.2, (word.length - 3) / (word.length + 5));
    await sql`select set_config('pg_trgm.similarity_threshold', ${alike.toFixed(2)}, true)`.execute(trx);
    const found = await sql<{ term: string }>`
      select term from search_terms where term % ${word} order by similarity(term, ${word}) desc limit ${limit}`.execute(
      trx,
    );
    return found.rows.map(({ term }) => term);
  });
}

/** Whether any customer's word begins so. */
export async function isKnown(db: Db, word: string): Promise<boolean> {
  return (await findIncidences(db, [word], { limit: 1 })).length > 0;
}

/** Each word is the beginning of one; of a single letter or digit, nearly all would be. */
function queryOf(words: readonly string[], operator: '&' | '|'): string {
  return words
    .map((word) => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'${[...word].length > 1 ? ':*' : ''}`)
    .join(` ${operator} `);
}
