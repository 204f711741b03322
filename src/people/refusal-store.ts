import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** `actor` as the history names somebody refused; `wanted`: the kind of the button. */
export type RefusedPress = Readonly<{ actor: string; wanted: string; reason: string }>;

export type LatestRefusal = RefusedPress & Readonly<{ at: Date; times: number }>;

export async function record(db: Db, { actor, wanted, reason }: RefusedPress, now: Date): Promise<void> {
  await sql`
    insert into refused_presses (actor, wanted, reason, at) values (${actor}, ${wanted}, ${reason}, ${now})
    on conflict (actor, wanted, reason, ((at at time zone 'UTC')::date))
    do update set at = excluded.at, times = refused_presses.times + 1`.execute(db);
}

/** The latest first, each with how often it was tried that day. */
export async function findLatest(db: Db, limit: number): Promise<LatestRefusal[]> {
  return db
    .selectFrom('refusedPresses')
    .select(['actor', 'wanted', 'reason', 'at', 'times'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
