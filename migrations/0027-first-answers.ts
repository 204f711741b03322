import { type Kysely, sql } from 'kysely';

/** When customers got the first answer of a person: one of the times that /stats counts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index incidence_history_first_answers on incidence_history (at)
    where after ->> 'firstHumanReplyAt' is not null and before ->> 'firstHumanReplyAt' is null`.execute(db);
}
