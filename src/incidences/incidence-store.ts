import { sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import type { ChatPlace } from '../routes/lane.ts';
import type { Routable } from '../routes/route.ts';
import { prepared } from '../database/prepared.ts';
import { forEachSize, recordset, recordsetSize } from '../database/recordset.ts';
import { type BoundStatement, createStatement } from '../database/statement.ts';
import type { Person } from '../people/person.ts';
import { dueOf } from '../escalation/due.ts';
import type { Opening } from './decision.ts';
import type { HistoryValues } from './history.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';
import { asRecord, columnList } from './incidence-columns.ts';
import type { Undo } from './undo.ts';
import { family, type Subject } from '../sources/source-event.ts';

export type Opened = Readonly<{ subject: Subject; row: Opening }>;

/** Of the columns that are never null. */
const defaults = asRecord({
  status: 'open',
  additionalInfo: {},
  context: [],
  alertCount: 0,
  unanswered: [],
  slaMissed: [],
  tags: [],
});

/** Opens incidences, each of another conversation. Returned in any order. */
export async function insertMany(db: Db, opened: readonly Opened[], now: Date): Promise<Incidence[]> {
  const records = opened.map(({ subject: { source, kind, account, externalId }, row }) => ({
    ...defaults,
    escalation_step: 0,
    answer_step: 0,
    ...asRecord({ happenedAt: now, ...row, openedAt: now, openSince: now, source, kind, account, externalId }),
  }));
  return inserting({ records: JSON.stringify(records), now }).execute(db);
}

const inserting = createStatement<{ records: string; now: Date }, Incidence>(
  ({ records, now }) => sql`
    insert into incidences (${columnList}, next_due_at, updated_at)
    select ${columnList}, ${dueOf('opening')}, ${now}::timestamptz
    from json_populate_recordset(null::incidences, ${records}) opening
    returning *`,
);

/** Changes incidences, each once. Returned in any order. */
export async function updateMany(
  db: Db,
  changes: readonly Readonly<{ id: number; change: IncidenceChange }>[],
  now: Date,
): Promise<Incidence[]> {
  const records = changes.map(({ id, change }) => ({ id, change: asRecord(change) }));
  return updating[recordsetSize(records)]({ records: JSON.stringify(records), now }).execute(db);
}

// What a change leaves out stays as it is. Open anew, or promised anew, the steps begin again.
const updating = forEachSize((size) =>
  createStatement<{ records: string; now: Date }, Incidence>(
    ({ records, now }) => sql`
    update incidences set (${columnList}, state_version, escalation_step, answer_step, next_due_at) = (
        select ${columnList}, state_version, escalation_step, answer_step, ${dueOf('became')}
        from (
          select ${columnList}, holder_reminded_at,
            case when (status, acknowledged_by, snoozed_until) is not distinct from
              (incidences.status, incidences.acknowledged_by, incidences.snoozed_until) then state_version
              else state_version + 1 end as state_version,
            case when open_since is not distinct from incidences.open_since then escalation_step else 0 end
              as escalation_step,
            case when acknowledged_at is not distinct from incidences.acknowledged_at
              and last_answer_at is not distinct from incidences.last_answer_at then answer_step else 0 end
              as answer_step
          from json_populate_record(incidences, given.change)
        ) became
      ),
      version = version + 1, updated_at = ${now}
    from ${recordset(records, size, sql`id bigint, change json`)} as given
    where incidences.id = given.id
    returning incidences.*`,
  ),
);

export async function update(db: Db, id: number, change: IncidenceChange, now: Date): Promise<Incidence> {
  const [updated] = await updateMany(db, [{ id, change }], now);
  if (!updated) throw new Error(`there is no incidence ${id}`);
  return updated;
}

/** Whether a person of the team set its severity: then nothing but a customer's words or an alert raises it. */
export async function hasChosenSeverity(db: Db, id: number): Promise<boolean> {
  const chosen = await prepared(db)
    .selectFrom('incidenceHistory')
    .select('id')
    .where('incidenceId', '=', id)
    .where('actorId', 'is not', null)
    .where(sql<boolean>`after ? 'severity'`)
    .limit(1)
    .executeTakeFirst();
  return chosen !== undefined;
}

/** Another incidence of the same conversation that is not closed: it was opened after this one was. */
export async function findOpenSibling(db: Db, incidence: Incidence): Promise<number | undefined> {
  const { account } = incidence;
  const query = db
    .selectFrom('incidences')
    .select('id')
    .where('externalId', '=', incidence.externalId)
    .where('kind', '=', incidence.kind)
    .where('source', 'in', family(incidence))
    .where('status', '<>', 'closed')
    .where('id', '<>', incidence.id);
  const inAccount = account === '' ? query : query.where('account', 'in', [account, '']);
  return (await inAccount.executeTakeFirst())?.id;
}

/** Weaker than `for update`, which would deadlock with a transaction that inserts a card of the incidence. */
export async function lockById(trx: Trx, id: number): Promise<Incidence | undefined> {
  const [found] = await locking({ id }).execute(trx);
  return found;
}

const locking = createStatement<{ id: number }, Incidence>(({ id }, db) =>
  db.selectFrom('incidences').selectAll().where('id', '=', id).forNoKeyUpdate(),
);

/** The same, with how whoever acts is called now. */
export async function lockFor(
  trx: Trx,
  { id, actor }: Readonly<{ id: number; actor: Pick<Person, 'id' | 'firstName'> }>,
): Promise<Readonly<{ incidence: Incidence; name: string }> | undefined> {
  const [row] = await lockingFor({ id, actorId: actor.id }).execute(trx);
  if (!row) return undefined;
  const { actorName, ...incidence } = row;
  return { incidence, name: actorName ?? actor.firstName };
}

const lockingFor = createStatement<{ id: number; actorId: number }, Incidence & { actorName: string | null }>(
  ({ id, actorId }, db) =>
    db
      .selectFrom('incidences')
      .selectAll()
      .select((eb) => eb.selectFrom('peopleNames').select('name').where('peopleNames.id', '=', actorId).as('actorName'))
      .where('id', '=', id)
      .forNoKeyUpdate(),
);

export async function findAllByIds(db: Db, ids: readonly number[]): Promise<Incidence[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('incidences').selectAll().where('id', 'in', ids).execute();
}

export type HistoryEntry = Readonly<{
  incidenceId: number;
  action: string;
  actorId: number | null;
  /** How the actor is called in the record: a person's name or a source. */
  actor: string;
  before: HistoryValues;
  after: HistoryValues;
  note?: string | undefined;
  undo?: Undo;
}>;

export async function record(db: Db, entries: readonly HistoryEntry[], now: Date): Promise<void> {
  if (entries.length > 0) await recordStatement(entries, now).execute(db);
}

/** The same, for a batch. */
export function recordStatement(entries: readonly HistoryEntry[], now: Date): BoundStatement<unknown> {
  return recording({ entries: JSON.stringify(entries), now });
}

const recording = createStatement<{ entries: string; now: Date }>(
  ({ entries, now }) => sql`
    insert into incidence_history (incidence_id, action, actor_id, actor, before, after, note, undo, at)
    select *, ${now}::timestamptz from json_to_recordset(${entries})
      as ("incidenceId" bigint, action text, "actorId" bigint, actor text, before jsonb, after jsonb, note text, undo jsonb)`,
);

export async function findPersonName(db: Db, personId: number): Promise<string | undefined> {
  return (await prepared(db).selectFrom('peopleNames').select('name').where('id', '=', personId).executeTakeFirst())
    ?.name;
}

/** Who did one of these to an incidence last, by the name in the record. */
export async function findLastActor(
  db: Db,
  incidenceId: number,
  actions: readonly string[],
): Promise<string | undefined> {
  const row = await db
    .selectFrom('incidenceHistory')
    .select('actor')
    .where('incidenceId', '=', incidenceId)
    .where('action', 'in', actions)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.actor;
}

/** The newest note that a person wrote on an incidence. */
export async function findLastNoteId(db: Db, incidenceId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('incidenceHistory')
    .select('id')
    .where('incidenceId', '=', incidenceId)
    .where('action', '=', 'note')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** A note and who wrote it; undefined once it was deleted. */
export async function findNote(db: Db, historyId: number): Promise<{ actor: string; note: string } | undefined> {
  const row = await db
    .selectFrom('incidenceHistory')
    .select(['actor', 'note'])
    .where('id', '=', historyId)
    .executeTakeFirst();
  return row?.note ? { actor: row.actor, note: row.note } : undefined;
}

/** Open incidences, of each what routes ask for, and the places where a card of it stands or waits to be sent. */
export async function findAllOpenWithPlaces(
  db: Db,
  page: Readonly<{ afterId: number; limit: number }>,
): Promise<(Routable & Pick<Incidence, 'id'> & { shownIn: readonly ChatPlace[] })[]> {
  return db
    .selectFrom('incidences')
    .select(['id', 'source', 'severity', 'stage', 'property', 'inboxId', 'tags', 'alertCount'])
    .select(
      sql<ChatPlace[]>`coalesce((
        select json_agg(json_build_object('chatId', chat_id, 'threadId', thread_id)) from (
          select chat_id, thread_id from cards where incidence_id = incidences.id and gone_at is null
          union
          select (payload ->> 'chatId')::bigint, (payload ->> 'threadId')::bigint from deliveries
          where incidence_id = incidences.id and kind = 'send_card' and state in ('waiting', 'folded')
        ) shown), '[]')`.as('shownIn'),
    )
    .where('status', '<>', 'closed')
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
}

/** How many incidences were opened since, by what routes ask of them. */
export async function countRoutable(db: Db, since: Date): Promise<(Routable & { count: number })[]> {
  return db
    .selectFrom('incidences')
    .select(['source', 'severity', 'stage', 'property', 'inboxId', 'tags'])
    .select((eb) => [sql<number>`least(alert_count, 1)`.as('alertCount'), eb.fn.countAll<number>().as('count')])
    .where('openedAt', '>=', since)
    .where((eb) => eb.or([eb('status', '<>', 'closed'), eb('trigger', 'is distinct from', 'AGENT_INITIATED')]))
    .groupBy(['source', 'severity', 'stage', 'property', 'inboxId', 'tags', sql`least(alert_count, 1)`])
    .execute();
}
