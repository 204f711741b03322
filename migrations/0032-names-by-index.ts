import { type Kysely, sql } from 'kysely';

/**
 * How one person is called, without counting everybody: each card names up to four people. Before, every name of a card
 * was found among the names of all.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index people_first_name on people (lower(first_name))`.execute(db);
  await sql`
    create or replace view people_names as
    select id,
           case when not exists (select from people other
                  where lower(other.first_name) = lower(people.first_name) and other.id <> people.id) then first_name
                when last_name is null then first_name || ' ' || coalesce('@' || username, '#' || id)
                when not exists (select from people other
                  where lower(other.first_name) = lower(people.first_name) and other.id <> people.id
                    and lower(left(other.last_name, 1)) = lower(left(people.last_name, 1)))
                  then first_name || ' ' || left(last_name, 1) || '.'
                when not exists (select from people other
                  where lower(other.first_name) = lower(people.first_name) and other.id <> people.id
                    and lower(other.last_name) = lower(people.last_name))
                  then first_name || ' ' || last_name
                else first_name || ' ' || coalesce('@' || username, '#' || id)
           end as name
    from people`.execute(db);
}
