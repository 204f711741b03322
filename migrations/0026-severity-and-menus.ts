import { type Kysely, sql } from 'kysely';

/** The menus behind More…, and the worst severity that was known when a person decided it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table cards
      drop constraint cards_menu_check,
      add constraint cards_menu_check check (menu in ('main', 'outcome', 'tags', 'more', 'severity'))`.execute(db);
  await sql`alter table incidences add column severity_judged text`.execute(db);
}
