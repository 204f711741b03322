import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import type { ChatPlace } from '../delivery/delivery.ts';
import type { Database } from '../database/schema.ts';
import type { Opening } from './decide-on-event.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';
import type { Subject } from './source-event.ts';

/** A card's worth of an incidence: the row with the names of people and tags. */
export type IncidenceView = Incidence &
  Readonly<{
    acknowledgedByName: string | null;
    closedByName: string | null;
    tags: readonly string[];
    transcript: Readonly<{ messages: number; fromAgents: number; durationSeconds: number | null }> | null;
  }>;

/**
 * Serialises everything about these conversations until the transaction ends, also before their incidences exist;
 * those that exist are locked as well. Always in one order, so that two transactions never wait for each other.
 * The account is left out of the key: a sender that does not know it may mean any.
 */
export async function lockSubjects(trx: Trx, subjects: readonly Subject[]): Promise<void> {
  const keys = new Set(subjects.map((subject) => `${family(subject).join()}:${subject.kind}:${subject.externalId}`));
  await sql`
    select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${[...keys].toSorted()}::text[]) key`.execute(
    trx,
  );
  // The only one is locked when it is read.
  if (keys.size < 2) return;
  const named = subjects.flatMap((subject) => family(subject).map((source) => ({ ...subject, source })));
  await sql`
    select id from incidences
    where (external_id, kind, source) in (
      select * from unnest(${named.map((subject) => subject.externalId)}::text[],
        ${named.map((subject) => subject.kind)}::text[], ${named.map((subject) => subject.source)}::text[]))
    order by id for no key update`.execute(trx);
}

/** The open incidence of a conversation, locked until the transaction ends, else the newest closed one. */
export async function findNewestBySubject(db: Db, subject: Subject): Promise<Incidence | undefined> {
  const query = db
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

/** An alert speaks of a Chatwoot conversation: both are one incidence. */
function family(subject: Pick<Subject, 'source'>): Subject['source'][] {
  return subject.source === 'tawk' ? ['tawk'] : ['chatwoot', 'alert'];
}

export async function insert(db: Db, subject: Subject, row: Opening, now: Date): Promise<Incidence> {
  const { additionalInfo, ...columns } = row;
  return db
    .insertInto('incidences')
    .values({
      ...columns,
      additionalInfo: JSON.stringify(additionalInfo ?? {}),
      source: subject.source,
      kind: subject.kind,
      account: subject.account,
      externalId: subject.externalId,
      status: 'open',
      happenedAt: row.happenedAt ?? now,
      openedAt: now,
      updatedAt: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function update(db: Db, id: number, change: IncidenceChange, now: Date): Promise<Incidence> {
  const { additionalInfo, ...columns } = change;
  return db
    .updateTable('incidences')
    .set({
      ...columns,
      ...(additionalInfo ? { additionalInfo: JSON.stringify(additionalInfo) } : {}),
      version: sql`version + 1`,
      updatedAt: now,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
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

/** Weaker than `for update`, which would make it wait for whoever writes a card of it, and that one for us. */
export async function lockById(trx: Trx, id: number): Promise<Incidence | undefined> {
  return trx.selectFrom('incidences').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function findViewById(db: Db, id: number): Promise<IncidenceView | undefined> {
  return views(db).where('incidences.id', '=', id).executeTakeFirst();
}

/** With it, in the same query, the newest card that stands in a place already. */
export async function findViewForPlace(
  db: Db,
  id: number,
  place: ChatPlace,
): Promise<{ incidence: IncidenceView; standingCardId: number | null } | undefined> {
  const row = await views(db)
    .select((eb) =>
      eb
        .selectFrom('cards')
        .select((card) => card.fn.max('cards.id').as('id'))
        .whereRef('cards.incidenceId', '=', 'incidences.id')
        .where('cards.chatId', '=', place.chatId)
        .where('cards.threadId', 'is not distinct from', place.threadId)
        .where('cards.goneAt', 'is', null)
        .as('standingCardId'),
    )
    .where('incidences.id', '=', id)
    .executeTakeFirst();
  return row && { incidence: row, standingCardId: row.standingCardId };
}

export type OpenFilter = Readonly<{
  /** Any of them. */
  severities?: readonly Incidence['severity'][];
  /** All of them: a Chatwoot conversation may be alerted about as well. */
  sources?: readonly Incidence['source'][];
  /** All of them. */
  tags?: readonly string[];
  acknowledgedBy?: number;
  unacknowledged?: boolean;
}>;

/** Worst first, then oldest first. */
export async function findAllOpen(db: Db, filter: OpenFilter, limit: number): Promise<IncidenceView[]> {
  const worstFirst = sql`array_position(array['critical', 'high', 'medium', 'low'], severity)`;
  return openWhere(views(db), filter).orderBy(worstFirst).orderBy('openedAt').limit(limit).execute();
}

export async function countOpen(db: Db, filter: OpenFilter): Promise<number> {
  const query = openWhere(db.selectFrom('incidences'), filter);
  const { count } = await query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return count;
}

function openWhere<O>(
  query: SelectQueryBuilder<Database, 'incidences', O>,
  filter: OpenFilter,
): SelectQueryBuilder<Database, 'incidences', O> {
  const { severities = [], sources = [], tags = [], acknowledgedBy, unacknowledged } = filter;
  let narrowed = query.where('status', '<>', 'closed');
  if (severities.length > 0) narrowed = narrowed.where('severity', 'in', severities);
  if (acknowledgedBy) narrowed = narrowed.where('acknowledgedBy', '=', acknowledgedBy);
  if (unacknowledged) narrowed = narrowed.where('status', '=', 'open');
  for (const source of sources) {
    narrowed =
      source === 'alert' ? narrowed.where('alertCount', '>', 0) : narrowed.where('source', 'in', family({ source }));
  }
  for (const tag of tags) {
    narrowed = narrowed.where((eb) =>
      eb.exists(
        eb
          .selectFrom('incidenceTags')
          .innerJoin('tags', 'tags.id', 'incidenceTags.tagId')
          .select('tags.id')
          .whereRef('incidenceTags.incidenceId', '=', 'incidences.id')
          .where('tags.name', '=', tag),
      ),
    );
  }
  return narrowed;
}

function views(db: Db) {
  return db
    .selectFrom('incidences')
    .selectAll('incidences')
    .select((eb) => [
      eb
        .selectFrom('peopleNames')
        .select('name')
        .whereRef('peopleNames.id', '=', 'incidences.acknowledgedBy')
        .as('acknowledgedByName'),
      eb
        .selectFrom('peopleNames')
        .select('name')
        .whereRef('peopleNames.id', '=', 'incidences.closedBy')
        .as('closedByName'),
      sql<string[]>`array(
      select tags.name from incidence_tags join tags on tags.id = incidence_tags.tag_id
      where incidence_tags.incidence_id = incidences.id order by tags.name
    )`.as('tags'),
      sql<IncidenceView['transcript']>`(
      select jsonb_build_object(
        'messages', count(messages.position),
        'fromAgents', count(messages.position) filter (where messages.sender = 'agent'),
        'durationSeconds', transcripts.duration_seconds)
      from transcripts left join transcript_messages messages on messages.transcript_id = transcripts.id
      where transcripts.incidence_id = incidences.id group by transcripts.id
    )`.as('transcript'),
    ]);
}

export type HistoryEntry = Readonly<{
  incidenceId: number;
  action: string;
  actorId: number | null;
  /** How the actor is called in the record: a person's name or a source. */
  actor: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  note?: string | undefined;
}>;

export async function record(db: Db, entries: readonly HistoryEntry[], now: Date): Promise<void> {
  if (entries.length > 0) await recording(entries, now).execute(db);
}

/** The same as a statement, to be part of a greater one. */
export function recording(entries: readonly HistoryEntry[], now: Date): RawBuilder<unknown> {
  return sql`
    insert into incidence_history (incidence_id, action, actor_id, actor, before, after, note, at)
    select *, ${now}::timestamptz from json_to_recordset(${JSON.stringify(entries)})
      as ("incidenceId" bigint, action text, "actorId" bigint, actor text, before jsonb, after jsonb, note text)`;
}

export async function findPersonName(db: Db, personId: number): Promise<string | undefined> {
  return (await db.selectFrom('peopleNames').select('name').where('id', '=', personId).executeTakeFirst())?.name;
}

/** Open, on no standing card, and no card of it waits to be sent. */
export async function findAllUnshown(db: Db, most: number): Promise<Pick<Incidence, 'id' | 'severity'>[]> {
  return db
    .selectFrom('incidences')
    .select(['id', 'severity'])
    .where('status', '<>', 'closed')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('cards')
            .select('cards.id')
            .whereRef('cards.incidenceId', '=', 'incidences.id')
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
            .where('kind', '=', 'send_card')
            .where('state', 'in', ['waiting', 'folded']),
        ),
      ),
    )
    .orderBy('id')
    .limit(most)
    .execute();
}
