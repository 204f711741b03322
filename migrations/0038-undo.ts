import { type Kysely, sql } from 'kysely';

/** What an action changed, as it was and as it became, so that it can be undone; the menu of people. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table incidence_history add column undo jsonb`.execute(db);
  await sql`
    alter table cards
      drop constraint cards_menu_check,
      add constraint cards_menu_check
        check (menu in ('main', 'outcome', 'tags', 'more', 'severity', 'snooze', 'assign'))`.execute(db);
}
