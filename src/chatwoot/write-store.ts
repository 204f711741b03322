import { sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import type { Selectable } from 'kysely';
import type { Database } from '../database/schema.ts';
import * as inboundStore from '../inbound/inbound-store.ts';
import type { Incidence } from '../incidences/incidence.ts';
import { subjectKey, writtenKey } from '../incidences/subject-store.ts';
import type { Severity } from '../sources/severity.ts';
import type { DeskStatus } from '../sources/source-event.ts';

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

/**
 * Before the call: an event with this state that comes from now on may be our own doing. False where the incidence was
 * closed, opened, snoozed or woken since it was read, so that this state is not wanted any more.
 */
export async function beginStatus(
  db: Db,
  { id, status: read, snoozedUntil }: Pick<Incidence, 'id' | 'status' | 'snoozedUntil'>,
  status: WrittenStatus,
): Promise<boolean> {
  const begun = await db
    .updateTable('incidences')
    .set({ deskStatusSending: status })
    .where('id', '=', id)
    .where('status', read === 'closed' ? '=' : '<>', 'closed')
    .where('snoozedUntil', 'is not distinct from', snoozedUntil)
    .executeTakeFirst();
  return begun.numUpdatedRows > 0n;
}

export type Written = Readonly<{ status: WrittenStatus; snoozedUntil: Date | null; version: number }>;

/** What waits longer is not processed any more. */
const awaitingMs = 86_400_000;

/**
 * After the call: the desk has what was written; undefined where it has not, or something newer. An event of a later
 * version, processed meanwhile, takes precedence. Resolves with whether events waited for this.
 */
export async function endStatus(
  trx: Trx,
  incidence: Pick<Incidence, 'id' | 'source' | 'kind' | 'externalId'>,
  written: Written | undefined,
  now: Date,
): Promise<boolean> {
  const { status = null, snoozedUntil = null, version = null } = written ?? {};
  await sql`
    update incidences set desk_status_sending = null,
      desk_status = case when desk_version > ${version}::float8 then desk_status
                    else coalesce(${status}::text, desk_status) end,
      desk_snoozed_until = case when desk_version > ${version}::float8 or ${status}::text is null then desk_snoozed_until
                           else ${snoozedUntil}::timestamptz end,
      desk_version_written = greatest(desk_version_written, ${version}::float8)
    where id = ${incidence.id}`.execute(trx);
  const since = new Date(now.getTime() - awaitingMs);
  const awaiting = inboundStore.requeueAwaitingStatement([writtenKey(subjectKey(incidence))], since);
  return (await awaiting.execute(trx)).length > 0;
}

/** What was read from the desk; an event of a later version takes precedence. */
export async function saveFound(
  db: Db,
  incidenceId: number,
  { status, snoozedUntil, version }: Readonly<{ status: DeskStatus; snoozedUntil: Date | null; version: number }>,
): Promise<void> {
  await sql`
    update incidences set desk_status = ${status}, desk_snoozed_until = ${snoozedUntil}::timestamptz, desk_version = greatest(desk_version, ${version}::float8)
    where id = ${incidenceId} and coalesce(desk_version, 0) <= ${version}::float8`.execute(db);
}

/** Before the call: an event that tells of this severity may be our own doing. */
export async function beginSeverity(db: Db, incidenceId: number, severity: Severity): Promise<void> {
  await db.updateTable('incidences').set({ deskSeveritySending: severity }).where('id', '=', incidenceId).execute();
}

/** After the call: the desk has it; undefined where it has not. */
export async function endSeverity(db: Db, incidenceId: number, written: Severity | undefined): Promise<void> {
  const known = written === undefined ? {} : { deskSeverity: written };
  await db
    .updateTable('incidences')
    .set({ deskSeveritySending: null, ...known })
    .where('id', '=', incidenceId)
    .execute();
}

/**
 * Before the call: whoever releases it from now on has something to take back. False where it was released or taken over
 * since it was read.
 */
export async function beginAssigned(
  db: Db,
  { id, acknowledgedBy }: Pick<Incidence, 'id' | 'acknowledgedBy'>,
  deskUserId: number,
): Promise<boolean> {
  const begun = await db
    .updateTable('incidences')
    .set({ deskAssignedTo: deskUserId })
    .where('id', '=', id)
    .where('acknowledgedBy', 'is not distinct from', acknowledgedBy)
    .executeTakeFirst();
  return begun.numUpdatedRows > 0n;
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
