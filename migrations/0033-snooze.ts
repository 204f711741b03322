import { type Kysely, sql } from 'kysely';

/** Who snoozed an incidence, and the menu that offers it. `snoozed_until` was there, and nothing set it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table incidences add column snoozed_by bigint references people`.execute(db);
  await sql`
    alter table cards
      drop constraint cards_menu_check,
      add constraint cards_menu_check
        check (menu in ('main', 'outcome', 'tags', 'more', 'severity', 'snooze'))`.execute(db);
}
