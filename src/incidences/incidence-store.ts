import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { prepared } from '../database/prepared.ts';
import type { Opening } from './decision.ts';
import type { HistoryValues } from './history.ts';
import type { Action, Incidence, IncidenceChange } from './incidence.ts';
import { family, type Subject } from '../sources/source-event.ts';

/** A visitor by what a shop may know of them. */
export type Visitor = Readonly<{ email: string; visitorId: string }>;

/**
 * Serialises everything about these conversations until the transaction ends, also before their incidences exist;
 * those that exist are locked as well. Always in one order, so that two transactions never wait for each other.
 * The account is left out of the key: a sender that does not know it may mean any. `visitors`: whose chats and contexts
 * may be joined; `told`: those of contexts, which may change any of their open chats.
 */
export async function lockSubjects(
  trx: Trx,
  subjects: readonly Subject[],
  visitors: readonly Visitor[] = [],
  told: readonly Visitor[] = [],
): Promise<void> {
  const keys = new Set([
    ...subjects.map(subjectKey),
    ...[...visitors, ...told].flatMap(({ email, visitorId }) => [
      ...(email ? [`visitor-email:${email}`] : []),
      ...(visitorId ? [`visitor-id:${visitorId}`] : []),
    ]),
  ]);
  await sql`
    select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${[...keys].toSorted()}::text[]) key`.execute(
    prepared(trx),
  );
  // The only one is locked when it is read.
  if (keys.size < 2) return;
  const named = subjects.flatMap((subject) => family(subject).map((source) => ({ ...subject, source })));
  const bySubject = sql`
    select id from incidences
    where (external_id, kind, source) in (
      select * from unnest(${named.map((subject) => subject.externalId)}::text[],
        ${named.map((subject) => subject.kind)}::text[], ${named.map((subject) => subject.source)}::text[]))`;
  const isOpenChat = sql`source = 'tawk' and kind = 'chat' and status <> 'closed'`;
  const statement =
    told.length === 0
      ? bySubject
      : sql`
    select id from incidences where id in (
      ${bySubject}
      union all select id from incidences where ${isOpenChat} and customer_email = any(${told.map(({ email }) => email)}::text[])
      union all select id from incidences where ${isOpenChat} and visitor_id = any(${told.map(({ visitorId }) => visitorId)}::text[]))`;
  await sql`${statement} order by id for no key update`.execute(prepared(trx));
}

/** The same for every name of a conversation: its account may not be known. */
export function subjectKey(subject: Subject): string {
  return `${family(subject).join()}:${subject.kind}:${subject.externalId}`;
}

/** The open incidence of a conversation, locked until the transaction ends, else the newest closed one. */
export async function findNewestBySubject(db: Db, subject: Subject): Promise<Incidence | undefined> {
  const query = prepared(db)
    .selectFrom('incidences')
    .selectAll()
    .where('externalId', '=', subject.externalId)
    .where('kind', '=', subject.kind)
    .where('source', 'in', family(subject))
    .orderBy((eb) => eb('status', '=', 'closed'))
    .orderBy('id', 'desc')
    .limit(1)
    // A person may be closing it this moment: what is decided on must be what it then is.
    .forNoKeyUpdate();
  if (subject.account === '') return query.executeTakeFirst();
  return query.where('account', 'in', [subject.account, '']).executeTakeFirst();
}

export async function insert(db: Db, subject: Subject, row: Opening, now: Date): Promise<Incidence> {
  const { additionalInfo, context = [], ...columns } = row;
  // One text for each set of columns that a source's events fill.
  return prepared(db)
    .insertInto('incidences')
    .values({
      status: 'open',
      ...columns,
      additionalInfo: JSON.stringify(additionalInfo ?? {}),
      context: JSON.stringify(context),
      source: subject.source,
      kind: subject.kind,
      account: subject.account,
      externalId: subject.externalId,
      happenedAt: row.happenedAt ?? now,
      openedAt: now,
      openSince: now,
      updatedAt: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function update(db: Db, id: number, change: IncidenceChange, now: Date): Promise<Incidence> {
  const { additionalInfo, context, ...columns } = change;
  return db
    .updateTable('incidences')
    .set({
      ...columns,
      ...(additionalInfo ? { additionalInfo: JSON.stringify(additionalInfo) } : {}),
      ...(context ? { context: JSON.stringify(context) } : {}),
      version: sql`version + 1`,
      updatedAt: now,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
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
  return prepared(trx).selectFrom('incidences').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

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
}>;

export async function record(db: Db, entries: readonly HistoryEntry[], now: Date): Promise<void> {
  if (entries.length > 0) await recordStatement(entries, now).execute(prepared(db));
}

/** The same, for a batch. */
export function recordStatement(entries: readonly HistoryEntry[], now: Date): RawBuilder<unknown> {
  return sql`
    insert into incidence_history (incidence_id, action, actor_id, actor, before, after, note, at)
    select *, ${now}::timestamptz from json_to_recordset(${JSON.stringify(entries)})
      as ("incidenceId" bigint, action text, "actorId" bigint, actor text, before jsonb, after jsonb, note text)`;
}

export async function findPersonName(db: Db, personId: number): Promise<string | undefined> {
  return (await prepared(db).selectFrom('peopleNames').select('name').where('id', '=', personId).executeTakeFirst())
    ?.name;
}

/** Who did this to an incidence last, by the name in the record. */
export async function findLastActor(db: Db, incidenceId: number, action: Action['kind']): Promise<string | undefined> {
  const row = await db
    .selectFrom('incidenceHistory')
    .select('actor')
    .where('incidenceId', '=', incidenceId)
    .where('action', '=', action)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.actor;
}

/** Open incidences without a standing card in this place, and without one waiting to be sent there. */
export async function findAllUnshownIn(
  db: Db,
  { chatId, threadId }: ChatPlace,
  page: Readonly<{ afterId: number; limit: number }>,
): Promise<Incidence[]> {
  return db
    .selectFrom('incidences')
    .selectAll()
    .where('status', '<>', 'closed')
    .where('id', '>', page.afterId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('cards')
            .select('cards.id')
            .whereRef('cards.incidenceId', '=', 'incidences.id')
            .where('chatId', '=', chatId)
            .where('threadId', 'is not distinct from', threadId)
            .where('goneAt', 'is', null),
        ),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('deliveries')
            .select('deliveries.id')
            .whereRef('deliveries.incidenceId', '=', 'incidences.id')
            .where('lane', '=', laneOf(chatId))
            .where(sql`(payload ->> 'threadId')::int`, 'is not distinct from', threadId)
            .where('kind', '=', 'send_card')
            .where('state', 'in', ['waiting', 'folded']),
        ),
      ),
    )
    .orderBy('id')
    .limit(page.limit)
    .execute();
}
