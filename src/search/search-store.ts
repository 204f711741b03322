import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { isTooSlow } from '../database/refusal.ts';
import { transact } from '../database/transact.ts';
import { wordsOf } from './index-store.ts';

/** Long enough for the widest search of a million incidences, short enough for whoever waits for it. */
const longestMs = 3_000;

/** What a search finds; undefined where it takes too long, and PostgreSQL ends it. */
export async function inTime<T>(db: Db, search: (trx: Trx) => Promise<T>): Promise<T | undefined> {
  try {
    return await transact(db, async (trx) => {
      await sql`select set_config('statement_timeout', ${String(longestMs)}, true)`.execute(trx);
      return search(trx);
    });
  } catch (error) {
    if (isTooSlow(error)) return undefined;
    throw error;
  }
}

/** The words of what somebody typed, as they are stored. */
export async function findWords(db: Db, text: string): Promise<string[]> {
  const { rows } = await sql<{ lexeme: string }>`
    select lexeme from unnest(${wordsOf(sql`${text}::text`)}) order by positions[1]`.execute(db);
  return rows.map(({ lexeme }) => lexeme);
}

/** The next after an incidence, or the last before it. */
type Turn = Readonly<{ to: 'next' | 'previous'; from: number }>;

/** Few enough to read in some milliseconds; what one in two hundred has is among them. */
const sampled = 2_000;
/** As many as have the common words of a million incidences among them, and few enough to read in 20 ms. */
const readAtOnce = 20_000;
/** A word is common where so many of the sampled have it: reading its whole index takes longer than leaving it out. */
const common = sampled / 50;

/**
 * Newest first. How common the words are decides how they are found: common ones are read off the newest incidences;
 * rare ones by their index, which gives them all. PostgreSQL, left to choose, reads a million incidences one by one for a
 * word that none has, and the index of `com` for every e-mail address.
 */
export async function findIncidences(
  db: Db,
  words: readonly string[],
  { limit, turn }: Readonly<{ limit: number; turn?: Turn | undefined }>,
): Promise<number[]> {
  const isBackward = turn?.to === 'previous';
  const order = sql.raw(isBackward ? 'asc' : 'desc');
  const beyond = turn ? sql`incidence_id ${sql.raw(isBackward ? '>' : '<')} ${turn.from}::bigint` : sql`true`;
  const matches = matching(words);
  const near = (count: number) => sql`
    select incidence_id, words from incidence_search where ${beyond} order by incidence_id ${order} limit ${count}`;
  const read = async (from: RawBuilder<unknown>) => {
    const { rows } = await sql<{ id: number }>`
      select incidence_id as id from (${from}) read where ${matches}
      order by incidence_id ${order} limit ${limit}`.execute(db);
    return rows.map(({ id }) => id);
  };
  const find = async () => {
    const sample = await look(db, words, near(sampled));
    if (sample.matches >= limit || sample.read < sampled) return read(near(sampled));
    // As common as in the sample, there are enough of them.
    const nearest = (sample.matches * readAtOnce) / sampled >= 2 * limit ? await read(near(readAtOnce)) : [];
    if (nearest.length >= limit) return nearest;
    const rare = words.filter((_, index) => (sample.each[index] ?? 0) < common);
    // `offset 0` keeps the order out, for which the index would not be used.
    const narrow = matching(rare.length > 0 ? rare : words);
    return read(sql`select incidence_id, words from incidence_search where ${narrow} and ${beyond} offset 0`);
  };
  const ids = await find();
  return isBackward ? ids.toReversed() : ids;
}

type Sample = Readonly<{ read: number; matches: number; each: readonly number[] }>;

/** How many of these have all of the words, and each of them. */
async function look(db: Db, words: readonly string[], from: RawBuilder<unknown>): Promise<Sample> {
  const having = (some: readonly string[]) => sql`count(*) filter (where ${matching(some)})`;
  const { rows } = await sql<Sample>`
    select count(*) as read, ${having(words)} as matches,
      json_build_array(${sql.join(words.map((word) => having([word])))}) as each
    from (${from}) sample`.execute(db);
  return rows[0] ?? { read: 0, matches: 0, each: [] };
}

function matching(words: readonly string[]): RawBuilder<boolean> {
  return sql`words @@ ${queryOf(words, '&')}::tsquery`;
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
  const find = async (trx: Db) => {
    // Two letters swapped change four of the trigrams of a word, which are one more than its letters.
    const alike = Math.max(0.2, (word.length - 3) / (word.length + 5));
    await sql`select set_config('pg_trgm.similarity_threshold', ${alike.toFixed(2)}, true)`.execute(trx);
    const found = await sql<{ term: string }>`
      select term from search_terms where term % ${word} order by similarity(term, ${word}) desc limit ${limit}`.execute(
      trx,
    );
    return found.rows.map(({ term }) => term);
  };
  return db.isTransaction ? find(db) : transact(db, find);
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
