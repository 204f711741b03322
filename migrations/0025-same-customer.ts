import { type Kysely, sql } from 'kysely';

/**
 * The newest incidences of one customer, however many there are: they stand together and in order. The indexes of one
 * column each, of migration 24, are used no more.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['email', 'phone', 'visitor_id']) {
    await sql`create index ${sql.ref(`incidence_search_newest_${column}`)}
      on incidence_search (${sql.ref(column)}, incidence_id) where ${sql.ref(column)} is not null`.execute(db);
  }
}
