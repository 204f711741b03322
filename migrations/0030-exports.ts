import { type Kysely, sql } from 'kysely';

/** Who took which customers' data out of Bellhop. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table exports (
      id bigint generated always as identity primary key,
      person_id bigint not null references people,
      kind text not null check (kind in ('incidences', 'transcripts')),
      -- Of what was opened from then until then
      opens_from timestamptz not null,
      opens_to timestamptz not null,
      count integer not null,
      taken_at timestamptz not null
    )`.execute(db);
}
