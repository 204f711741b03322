import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { customerKeys } from '../incidences/same-customer.ts';

/** Between words, besides spaces: an e-mail address, an order number or a link is found by each of its parts. */
const separators = `-_/@.:,;|+#'"()[]{}<>\\&=?!*%$~^\``;

/** The words of a text as they are stored and searched, whatever the language. */
export function wordsOf(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`to_tsvector('simple', translate(${text}, ${separators}, repeat(' ', ${separators.length})))`;
}

/** Characters: PostgreSQL refuses more than 1 MB of words. */
const longestDocument = 200_000;

function documentOf(...texts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql`strip(${wordsOf(sql`left(concat_ws(' ', ${sql.join(texts)}), ${longestDocument})`)})`;
}

/** An incidence is never read for the search while its personal data is being emptied, until the transaction ends. */
export async function lock(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('search', 0))`.execute(trx);
}

/** How far the history is visible. Whatever of it becomes visible later is of a transaction before `ended`. */
export type Mark = Readonly<{ historyId: number; ended: number; begun: number }>;

export async function findMark(db: Db): Promise<Mark> {
  const { rows } = await sql<Mark>`
    select coalesce((select max(id) from incidence_history), 0) as history_id,
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint as ended,
      pg_snapshot_xmin(pg_current_snapshot())::text::bigint as begun`.execute(db);
  const [mark] = rows;
  if (!mark) throw new Error('a query without a table always has a row');
  return mark;
}

export async function findProgress(db: Db): Promise<number> {
  const { historyId } = await db.selectFrom('searchProgress').select('historyId').executeTakeFirstOrThrow();
  return historyId;
}

export async function saveProgress(db: Db, historyId: number): Promise<void> {
  await db.updateTable('searchProgress').set({ historyId }).execute();
}

/** Incidences with an entry in this part of the history that were not read since. */
export async function findChanged(db: Db, after: number, upTo: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct incidences.id from incidence_history
    join incidences on incidences.id = incidence_history.incidence_id
    left join incidence_search on incidence_search.incidence_id = incidences.id
    where incidence_history.id > ${after} and incidence_history.id <= ${upTo}
      and incidence_search.version is distinct from incidences.version`.execute(db);
  return rows.map(({ id }) => id);
}

/** Incidences that are to be read anew. */
export async function findDue(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('incidenceSearch')
    .select('incidenceId')
    .where('version', 'is', null)
    .limit(limit)
    .execute();
  return rows.map(({ incidenceId }) => incidenceId);
}

/** Reads incidences as they are now. What was emptied stays out. The caller holds the lock. */
export async function index(trx: Trx, ids: readonly number[], now: Date): Promise<void> {
  await sql`
    with read as (
      select incidences.id, incidences.version, date_trunc('day', coalesce(closed_at, ${now}::timestamptz)) as seen_at,
        ${customerKeys.email} as email, ${customerKeys.phone} as phone, ${customerKeys.visitor_id} as visitor_id,
        ${documentOf(sql`message`)} as said,
        ${documentOf(
          sql`customer_name`,
          sql`customer_email`,
          sql`customer_phone`,
          sql`regexp_replace(customer_phone, '[^0-9]', '', 'g')`,
          sql`external_id`,
          customerKeys.visitor_id,
          sql`title`,
          sql`reason`,
          sql`incidences.note`,
          sql`(select string_agg(value, ' ') from json_each_text(additional_info))`,
          sql`(select string_agg(tags.name, ' ') from incidence_tags join tags on tags.id = tag_id
            where incidence_id = incidences.id)`,
          sql`(select string_agg(history.note, ' ') from incidence_history history
            where incidence_id = incidences.id and history.note is not null)`,
          sql`(select string_agg(replies.text, ' ') from replies
            where incidence_id = incidences.id and state = 'sent')`,
          sql`(select string_agg(messages.text, ' ' order by position) from transcripts
            join transcript_messages messages on transcript_id = transcripts.id
            where transcripts.incidence_id = incidences.id)`,
        )} as words,
        -- What the customer took back is not found either.
        exists (select from incidence_history where incidence_id = incidences.id and action = 'deleted') as is_reset
      from incidences
      where incidences.id = any(${ids}::bigint[]) and (forgotten_at is null or forgotten_at < updated_at)
    ), indexed as (
      insert into incidence_search (incidence_id, words, said, email, phone, visitor_id, version)
      select read.id,
        read.words || read.said || case when is_reset then '' else coalesce(known.said, '') end,
        read.said || case when is_reset then '' else coalesce(known.said, '') end,
        read.email, read.phone, read.visitor_id, read.version
      from read left join incidence_search known on known.incidence_id = read.id
      on conflict (incidence_id) do update set words = excluded.words, said = excluded.said, email = excluded.email,
        phone = excluded.phone, visitor_id = excluded.visitor_id, version = excluded.version
      returning incidence_id, words
    )
    insert into search_terms (term, seen_at)
    select lexeme, max(seen_at) from indexed join read on read.id = incidence_id cross join unnest(indexed.words)
    -- Of a number no other one is meant.
    where char_length(lexeme) between 4 and 30 and lexeme !~ '[0-9]'
    group by lexeme order by lexeme
    on conflict (term) do update set seen_at = excluded.seen_at where search_terms.seen_at < excluded.seen_at`.execute(
    trx,
  );
}
