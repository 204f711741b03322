import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Selectable } from 'kysely';
import type { Database } from '../database/schema.ts';

export type DeskWrite = Selectable<Database['deskWrites']>;

/** The states that we write. */
export type WrittenStatus = 'open' | 'snoozed' | 'resolved';

const nothing = {
  statusAt: null,
  labels: [],
  labelsAt: null,
  noted: null,
  notedAt: null,
  noteSending: null,
  noteNonce: null,
  pausedUntil: null,
} as const satisfies Omit<DeskWrite, 'incidenceId'>;

/** What was written about an incidence so far. */
export async function find(db: Db, incidenceId: number): Promise<DeskWrite> {
  const row = await db.selectFrom('deskWrites').selectAll().where('incidenceId', '=', incidenceId).executeTakeFirst();
  return row ?? { incidenceId, ...nothing };
}

export async function save(
  db: Db,
  incidenceId: number,
  change: Partial<Omit<DeskWrite, 'incidenceId'>>,
): Promise<void> {
  await db
    .insertInto('deskWrites')
    .values({ incidenceId, ...change })
    .onConflict((conflict) => conflict.column('incidenceId').doUpdateSet(change))
    .execute();
}

/** Before the call: an event with this state that comes from now on may be our own doing. */
export async function beginStatus(db: Db, incidenceId: number, status: WrittenStatus): Promise<void> {
  await db.updateTable('incidences').set({ deskStatusSending: status }).where('id', '=', incidenceId).execute();
}

/**
 * After the call: the desk has what was written; undefined where it has not, or something newer. An event of a later
 * version, processed meanwhile, takes precedence.
 */
export async function endStatus(
  db: Db,
  incidenceId: number,
  written: Readonly<{ status: WrittenStatus; version: number | undefined }> | undefined,
): Promise<void> {
  const { status = null, version = null } = written ?? {};
  await sql`
    update incidences set desk_status_sending = null,
      desk_status = case when desk_version > ${version}::float8 then desk_status
                    else coalesce(${status}::text, desk_status) end,
      desk_version_written = greatest(desk_version_written, ${version}::float8)
    where id = ${incidenceId}`.execute(db);
}

export async function saveAssigned(db: Db, incidenceId: number, deskUserId: number | null): Promise<void> {
  await db.updateTable('incidences').set({ deskAssignedTo: deskUserId }).where('id', '=', incidenceId).execute();
}

/** How often the conversation was closed or opened again since then, and whether both sides did it. */
export async function countFlips(
  db: Db,
  incidenceId: number,
  since: Date,
): Promise<{ flips: number; isFight: boolean }> {
  const { rows } = await sql<{ flips: number; byUs: number; byDesk: number }>`
    select count(*)::int as flips, count(actor_id)::int as "byUs", (count(*) - count(actor_id))::int as "byDesk"
    from incidence_history
    where incidence_id = ${incidenceId} and at > ${since} and before ? 'status' and after ? 'status'
      and (before ->> 'status' = 'closed') <> (after ->> 'status' = 'closed')`.execute(db);
  const { flips, byUs, byDesk } = rows[0] ?? { flips: 0, byUs: 0, byDesk: 0 };
  return { flips, isFight: byUs > 0 && byDesk > 0 };
}
