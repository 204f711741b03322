import { sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import { dueOf } from '../escalation/due.ts';
import type { Incidence } from './incidence.ts';

/** The incidences that are due, the longest first, locked until the transaction ends; not those that somebody changes. */
export async function lockDue(trx: Trx, limit: number, now: Date): Promise<Incidence[]> {
  return prepared(trx)
    .selectFrom('incidences')
    .selectAll()
    .where('nextDueAt', '<=', now)
    .orderBy('nextDueAt')
    .limit(limit)
    .forNoKeyUpdate()
    .skipLocked()
    .execute();
}

/** When the next incidence is due. */
export async function findNextDue(db: Db): Promise<Date | undefined> {
  const next = await prepared(db)
    .selectFrom('incidences')
    .select('nextDueAt')
    .where('nextDueAt', 'is not', null)
    .orderBy('nextDueAt')
    .limit(1)
    .executeTakeFirst();
  return next?.nextDueAt ?? undefined;
}

/** Sets when these are due, or everything that is not closed, by the policy as it is now. */
export async function resetDue(db: Db, ids?: readonly number[]): Promise<void> {
  const due = dueOf('incidences');
  const which = ids ? sql`id = any(${ids}::bigint[])` : sql`true`;
  await sql`
    update incidences set next_due_at = ${due}
    where status <> 'closed' and ${which} and next_due_at is distinct from ${due}`.execute(db);
}

/** Steps that were done. Cards do not show them: the version stays. */
export async function advance(
  trx: Trx,
  done: readonly Readonly<{
    id: number;
    escalationStep: number;
    answerStep: number;
    holderRemindedAt: Date | null;
    nextDueAt: Date | null;
  }>[],
): Promise<void> {
  await sql`
    update incidences
    set escalation_step = done."escalationStep", answer_step = done."answerStep",
      holder_reminded_at = done."holderRemindedAt", next_due_at = done."nextDueAt"
    from json_to_recordset(${JSON.stringify(done)})
      as done (id bigint, "escalationStep" integer, "answerStep" smallint, "holderRemindedAt" timestamptz,
        "nextDueAt" timestamptz)
    where incidences.id = done.id`.execute(prepared(trx));
}
