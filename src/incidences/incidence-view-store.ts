import { type RawBuilder, type SelectQueryBuilder, sql, type SqlBool } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import { type BoundStatement, createStatement } from '../database/statement.ts';
import type { ChatPlace } from '../routes/lane.ts';
import type { Incidence } from './incidence.ts';
import { type Sibling, siblings } from './same-customer.ts';
import { family } from '../sources/source-event.ts';
import type { TranscriptSummary } from '../transcripts/summary.ts';

/** A card's worth of an incidence: the row with the names of people. */
export type IncidenceView = Incidence &
  Readonly<{
    acknowledgedByName: string | null;
    closedByName: string | null;
    notAnsweredByName: string | null;
    snoozedByName: string | null;
    replyByName: string | null;
    /** Until when nothing is written back to the help desk, because it and Telegram contradict each other. */
    deskPausedUntil: Date | null;
    transcript: TranscriptSummary | null;
    /** Other incidences of the same customer. */
    siblings: readonly Sibling[];
  }>;

export async function findById(db: Db, id: number): Promise<IncidenceView | undefined> {
  const [found] = await findByIdStatement(id).execute(db);
  return found;
}

/** The same, for a batch. */
export function findByIdStatement(id: number): BoundStatement<IncidenceView> {
  return findingById({ id });
}

const findingById = createStatement<{ id: number }, IncidenceView>(({ id }, db) =>
  views(db).where('incidences.id', '=', id),
);

/** The newest first. */
export async function findAllByIds(db: Db, ids: readonly number[]): Promise<IncidenceView[]> {
  if (ids.length === 0) return [];
  return views(db).where('incidences.id', 'in', ids).orderBy('incidences.id', 'desc').execute();
}

/** With it, in the same query, the newest card that stands in a place already. */
export async function findForPlace(
  db: Db,
  id: number,
  place: ChatPlace,
): Promise<{ incidence: IncidenceView; standingCardId: number | null } | undefined> {
  const [row] = await findingForPlace({ ...place, id }).execute(db);
  return row && { incidence: row, standingCardId: row.standingCardId };
}

const findingForPlace = createStatement<
  ChatPlace & Readonly<{ id: number }>,
  IncidenceView & { standingCardId: number | null }
>(({ id, chatId, threadId }, db) =>
  views(db)
    .select((eb) =>
      eb
        .selectFrom((card) =>
          card
            .selectFrom('cards')
            .select(['id', 'chatId', 'threadId'])
            .whereRef('cards.incidenceId', '=', 'incidences.id')
            .where('goneAt', 'is', null)
            // By the incidence first: a chat has many more cards.
            .offset(sql.lit(0))
            .as('standing'),
        )
        .select((card) => card.fn.max('standing.id').as('id'))
        .where('standing.chatId', '=', chatId)
        .where('standing.threadId', 'is not distinct from', threadId)
        .as('standingCardId'),
    )
    .where('incidences.id', '=', id),
);

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

/** What an open incidence is ordered by: worst first, then oldest first. */
export type OpenPosition = Pick<Incidence, 'severity' | 'openedAt' | 'id'>;

/** The next after a position, or the last before it. */
export type OpenTurn = Readonly<{ to: 'next' | 'previous'; from: OpenPosition }>;

const worstFirst = sql<number>`array_position(array['critical', 'high', 'medium', 'low'], severity)`;

/** Worst first, then oldest first; from the beginning where no turn is given. */
export async function findAllOpen(
  db: Db,
  filter: OpenFilter,
  limit: number,
  turn?: OpenTurn,
): Promise<IncidenceView[]> {
  const isBackward = turn?.to === 'previous';
  const direction = isBackward ? 'desc' : 'asc';
  const open = openWhere(views(db), filter);
  const page = turn ? open.where(isBeyond(turn)) : open;
  const found = await page
    .orderBy(worstFirst, direction)
    .orderBy('openedAt', direction)
    .orderBy('incidences.id', direction)
    .limit(limit)
    .execute();
  return isBackward ? found.toReversed() : found;
}

/** How many there are, and how many of them stand before a position. */
export async function countOpen(
  db: Db,
  filter: OpenFilter,
  from?: OpenPosition,
): Promise<Readonly<{ all: number; before: number }>> {
  const before = from ? isBeyond({ to: 'previous', from }) : sql<boolean>`false`;
  return openWhere(db.selectFrom('incidences'), filter)
    .select((eb) => [eb.fn.countAll<number>().as('all'), eb.fn.countAll<number>().filterWhere(before).as('before')])
    .executeTakeFirstOrThrow();
}

function isBeyond({ to, from: { severity, openedAt, id } }: OpenTurn): RawBuilder<SqlBool> {
  const rank = sql<number>`array_position(array['critical', 'high', 'medium', 'low'], ${severity}::text)`;
  const operator = sql.raw(to === 'next' ? '>' : '<');
  return sql<SqlBool>`(${worstFirst}, opened_at, incidences.id) ${operator} (${rank}, ${openedAt}::timestamptz, ${id}::bigint)`;
}

/** Whether something critical opened, or was released, since then and waits for somebody. */
export async function isAnyCriticalOpenSince(db: Db, since: Date): Promise<boolean> {
  const found = await db
    .selectFrom('incidences')
    .select('id')
    .where('status', '=', 'open')
    .where('severity', '=', 'critical')
    .where('snoozedUntil', 'is', null)
    .where('openSince', '>=', since)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
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
      eb
        .selectFrom('peopleNames')
        .select('name')
        .whereRef('peopleNames.id', '=', 'incidences.notAnsweredBy')
        .as('notAnsweredByName'),
      eb
        .selectFrom('peopleNames')
        .select('name')
        .whereRef('peopleNames.id', '=', 'incidences.snoozedBy')
        .as('snoozedByName'),
      eb
        .selectFrom('peopleNames')
        .select('name')
        .whereRef('peopleNames.id', '=', 'incidences.replyBy')
        .as('replyByName'),
      eb
        .selectFrom('deskWrites')
        .select('pausedUntil')
        .whereRef('deskWrites.incidenceId', '=', 'incidences.id')
        .as('deskPausedUntil'),
      sql<IncidenceView['transcript']>`(
      select jsonb_build_object(
        'messages', count(messages.position),
        'fromAgents', count(messages.position) filter (where messages.sender = 'agent'),
        'durationSeconds', transcripts.duration_seconds,
        'answeredBy', '[]'::jsonb, 'longestWaitSeconds', null, 'lastWords', null) || coalesce(transcripts.summary, '{}')
      from transcripts left join transcript_messages messages on messages.transcript_id = transcripts.id
      where transcripts.incidence_id = incidences.id group by transcripts.id
    )`.as('transcript'),
      siblings.as('siblings'),
    ]);
}
