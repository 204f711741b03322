import { type Kysely, sql } from 'kysely';

/** Few cards have a menu open: finding the idle ones must not read all cards. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index cards_open_menu on cards (menu_at) where menu <> 'main' and gone_at is null`.execute(db);
}
