import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** At most this many rows go in one statement, so that nobody waits long for its locks. */
const batch = 5_000;

/** Payloads of sources; what was never processed stays, however old. Returns how many were deleted, like all here. */
export function deleteInbound(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return deleteInBatches(
    db,
    stop,
    sql`delete from inbound_events where id in (
    select id from inbound_events where received_at < ${before} and state <> 'stored' order by received_at limit ${batch})`,
  );
}

export function deleteTranscripts(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return deleteInBatches(
    db,
    stop,
    sql`delete from transcripts where id in (
    select id from transcripts where stored_at < ${before} limit ${batch})`,
  );
}

/** What was said, with its attempts; what failed stays until a person looked at it. */
export function deleteDeliveries(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return deleteInBatches(
    db,
    stop,
    sql`delete from deliveries where id in (
    select id from deliveries where settled_at < ${before} and state in ('sent', 'obsolete') limit ${batch})`,
  );
}

/** Questions the bot asked and nobody answered. */
export function deleteDialogs(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return deleteInBatches(
    db,
    stop,
    sql`delete from bot_dialogs where key in (
    select key from bot_dialogs where updated_at < ${before} limit ${batch})`,
  );
}

async function deleteInBatches(db: Db, stop: AbortSignal | undefined, statement: RawBuilder<unknown>): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { numAffectedRows } = await statement.execute(db);
    const count = Number(numAffectedRows ?? 0);
    deleted += count;
    if (count < batch || stop?.aborted) return deleted;
  }
}
