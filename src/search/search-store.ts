import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { wordsOf } from './index-store.ts';

/** The words of what somebody typed, as they are stored. */
export async function findWords(db: Db, text: string): Promise<string[]> {
  const { rows } = await sql<{ lexeme: string }>`
    select lexeme from unnest(${wordsOf(sql`${text}::text`)}) order by positions[1]`.execute(db);
  return rows.map(({ lexeme }) => lexeme);
}

/** Newest first; beyond `from`, in either direction. */
export async function findIncidences(
  db: Db,
  words: readonly string[],
  { limit, turn }: Readonly<{ limit: number; turn?: { to: 'next' | 'previous'; from: number } | undefined }>,
): Promise<number[]> {
  const isBackward = turn?.to === 'previous';
  const beyond = turn ? sql`incidence_id ${sql.raw(isBackward ? '>' : '<')} ${turn.from}::bigint` : sql`true`;
  const { rows } = await sql<{ id: number }>`
    select incidence_id as id from incidence_search
    where words @@ ${queryOf(words, '&')}::tsquery and ${beyond}
    order by incidence_id ${sql.raw(isBackward ? 'asc' : 'desc')} limit ${limit}`.execute(db);
  const ids = rows.map(({ id }) => id);
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
    // Two letters swapped in a short word leave little alike.
    await sql`select set_config('pg_trgm.similarity_threshold', '0.2', true)`.execute(trx);
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
