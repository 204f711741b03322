import { type Kysely, sql } from 'kysely';

/** Which chats and topics get which incidences, and what that asks of an incidence. A change of a setting can be undone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table routes (
      id bigint generated always as identity primary key,
      chat_id bigint not null,
      thread_id bigint,
      -- The chat's name, and the topic's, when it was set.
      title text not null,
      conditions jsonb not null,
      -- The topic was closed or deleted.
      lost_at timestamptz,
      lost_reason text,
      created_by bigint references people,
      created_at timestamptz not null
    )`.execute(db);
  await sql`alter table incidences add column inbox_id text, add column tags text[] not null default '{}'`.execute(db);
  await sql`
    update incidences set tags = tagged.tags
    from (select incidence_id, array_agg(name order by name) as tags
          from incidence_tags join tags on tags.id = tag_id group by incidence_id) tagged
    where tagged.incidence_id = incidences.id`.execute(db);
  await sql`alter table setting_changes add column before jsonb, add column after jsonb`.execute(db);
}
