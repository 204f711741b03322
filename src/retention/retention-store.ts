import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { lock as lockSearch } from '../search/index-store.ts';

/** At most this many rows go in one statement, so that its locks are held briefly. */
const batch = 5_000;
/** Of incidences fewer: each has a history. */
const incidenceBatch = 500;

/** Columns of a history entry's `before` and `after` that earlier versions filled with the customer's data. */
const personalKeys = ['title', 'customerName', 'customerEmail', 'customerPhone', 'message', 'url', 'place', 'page'];

/**
 * Empties the personal data of incidences closed before then, with the notes in their history. What was emptied once is
 * emptied again only if the incidence changed since. Returns how many, like all here.
 */
export function forgetIncidences(db: Db, before: Date, now: Date, stop?: AbortSignal): Promise<number> {
  const old = sql`
    select id from incidences
    where status = 'closed' and closed_at < ${before} and (forgotten_at is null or forgotten_at < updated_at)
    order by closed_at limit ${incidenceBatch} for no key update skip locked`;
  return inBatches(db, stop, incidenceBatch, emptied(old, now), lockSearch);
}

/** Empties the personal data of these incidences and of what belongs to them, except transcripts. */
export function emptied(incidenceIds: RawBuilder<unknown>, now: Date): RawBuilder<unknown> {
  return sql`
    with old as (${incidenceIds}), history as (
      update incidence_history set note = null, undo = null, before = before - ${personalKeys}::text[],
        after = after - ${personalKeys}::text[]
      from old where incidence_history.incidence_id = old.id
    ), reasons as (
      update deliveries set reason = null from old where deliveries.incidence_id = old.id and reason is not null
    ), replies_to as (
      delete from replies using old where replies.incidence_id = old.id
    ), search as (
      delete from incidence_search using old where incidence_search.incidence_id = old.id
    )
    update incidences set title = null, customer_name = null, customer_email = null, customer_phone = null,
      message = null, url = null, place = null, page = null, additional_info = '{}', note = null,
      context = '[]', visitor_id = null,
      message_ref = null, failed_reply = null,
      forgotten_at = ${now}
    from old where incidences.id = old.id`;
}

/** An alert whose key expired stays, but no longer answers for its key. */
export function expireIdempotencyKeys(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`update inbound_events set delivery_id = 'expired:' || id, answer = null where id in (
    select id from inbound_events
    where source = 'alert' and delivery_id like 'key:%' and received_at <= ${before}
    order by received_at limit ${batch})`,
  );
}

/** Payloads of sources that were processed. */
export function deleteInbound(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return deleteInbounds(db, before, ['processed', 'ignored', 'duplicate'], stop);
}

/** Payloads that could not be processed or recognised, which a person may still look at and replay. */
export function deleteUnreadInbound(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return deleteInbounds(db, before, ['failed', 'drift'], stop);
}

function deleteInbounds(db: Db, before: Date, states: readonly string[], stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from inbound_events where id in (
    select id from inbound_events where received_at < ${before} and state = any(${states})
    order by received_at limit ${batch})`,
  );
}

/** Transcripts of chats that are closed. */
export function deleteTranscripts(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`
    with gone as (
      delete from transcripts where id in (
        select transcripts.id from transcripts join incidences on incidences.id = incidence_id
        where stored_at < ${before} and status = 'closed' limit ${batch})
      returning incidence_id
    ), search as (
      update incidence_search set version = null from gone where incidence_search.incidence_id = gone.incidence_id
    )
    select from gone`,
    lockSearch,
  );
}

/** Words that no incidence has any more, which its data was emptied of by then. */
export function deleteTerms(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from search_terms where term in (
    select term from search_terms where seen_at < date_trunc('day', ${before}::timestamptz) limit ${batch})`,
  );
}

/** Replies to customers whose incidence is closed, also drafts that were written after it was emptied. */
export function deleteReplies(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`
    with gone as (
      delete from replies where id in (
        select replies.id from replies join incidences on incidences.id = incidence_id
        where created_at < ${before} and status = 'closed' limit ${batch})
      returning incidence_id
    ), search as (
      update incidence_search set version = null from gone where incidence_search.incidence_id = gone.incidence_id
    )
    select from gone`,
    lockSearch,
  );
}

/** Settled deliveries, dead ones too: their reasons may quote what Telegram did not accept. Their attempts go with them. */
export function deleteDeliveries(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from deliveries where id in (
    select id from deliveries where settled_at < ${before} and state in ('sent', 'obsolete')
    union all select id from deliveries where settled_at < ${before} and state = 'dead' limit ${batch})`,
  );
}

/** Waiting notices that belong to no incidence, such as those for an admin who blocked the bot; they quote reasons too. */
export function deleteNotices(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from deliveries where id in (
    select id from deliveries where incidence_id is null and state = 'waiting' and created_at < ${before} limit ${batch})`,
  );
}

/** Attempts of deliveries that wait still. */
export function deleteAttempts(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from delivery_attempts where id in (
    select id from delivery_attempts where at < ${before} order by at limit ${batch})`,
  );
}

/** Members of the chat who were not seen to act. */
export function deleteMembers(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from members where (chat_id, telegram_id) in (
    select chat_id, telegram_id from members where seen_at < ${before} limit ${batch})`,
  );
}

/** Who was refused: strangers are not kept as people. */
export function deleteRefusedPresses(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from refused_presses where id in (
    select id from refused_presses where at < ${before} order by at limit ${batch})`,
  );
}

/** Questions the bot asked and nobody answered. */
export function deleteDialogs(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from bot_dialogs where key in (
    select key from bot_dialogs where updated_at < ${before} limit ${batch})`,
  );
}

/** What was asked for in lists: their pages can no longer be turned. */
export function deleteLists(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from lists where id in (
    select id from lists where at < ${before} order by id limit ${batch})`,
  );
}

/** Telegram repeats an update for a day at most; one that nobody handled by then is of no use to anybody. */
export function deleteUpdates(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from telegram_updates where id in (
    select id from telegram_updates where received_at < ${before} order by received_at limit ${batch})`,
  );
}

/** Reminders that were sent or became untrue. */
export function deleteReminders(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from reminders where id in (
    select id from reminders where settled_at < ${before} order by settled_at limit ${batch})`,
  );
}

/** Lanes without use, such as those of strangers who got one answer. */
export function deleteIdleLanes(db: Db, before: Date, stop?: AbortSignal): Promise<number> {
  return inBatches(
    db,
    stop,
    batch,
    sql`delete from lanes where lane in (
    select lane from lanes
    where lost_at is null and migrated_to is null and (paused_until is null or paused_until < ${before})
      and not exists (select from unnest(answered_at) answered where answered >= ${before})
      and not exists (
        select from deliveries where deliveries.lane = lanes.lane and state in ('waiting', 'folded'))
    limit ${batch} for update skip locked)`,
  );
}

async function inBatches(
  db: Db,
  stop: AbortSignal | undefined,
  size: number,
  statement: RawBuilder<unknown>,
  first?: (trx: Trx) => Promise<void>,
): Promise<number> {
  let affected = 0;
  for (;;) {
    const count = await transactOnce(db, statement, first);
    affected += count;
    if (count < size || stop?.aborted) return affected;
  }
}

/** How many rows. `first`: in the same transaction before the statement, so that this sees what the lock waited for. */
async function transactOnce(
  db: Db,
  statement: RawBuilder<unknown>,
  first: ((trx: Trx) => Promise<void>) | undefined,
): Promise<number> {
  const run = async (on: Db) => {
    const { numAffectedRows, rows } = await statement.execute(on);
    return Number(numAffectedRows ?? rows.length);
  };
  if (!first) return run(db);
  return transact(db, async (trx) => {
    await first(trx);
    return run(trx);
  });
}
