import { sql } from 'kysely';
import { executeBatch, sendWithNext } from '../database/batch.ts';
import type { Trx } from '../database/connect.ts';
import { createStatement } from '../database/statement.ts';
import { family, type Subject } from '../sources/source-event.ts';
import type { Incidence } from './incidence.ts';

/** A visitor by what a shop may know of them. */
export type Visitor = Readonly<{ email: string; visitorId: string }>;

/**
 * What a transaction is about. `visitors`: whose chats and contexts may be joined; `told`: those of contexts, which may
 * change any of their open chats.
 */
export type About = Readonly<{
  subjects: readonly Subject[];
  visitors: readonly Visitor[];
  told: readonly Visitor[];
}>;

/** The names of the locks. What shares none with another may be done in any order. */
export function lockKeys({ subjects, visitors, told }: About): string[] {
  const ofVisitors = [...visitors, ...told].flatMap(({ email, visitorId }) => [
    ...(email ? [`visitor-email:${email}`] : []),
    ...(visitorId ? [`visitor-id:${visitorId}`] : []),
  ]);
  return [...subjects.map(subjectKey), ...ofVisitors];
}

/** The same for every name of a conversation: its account may not be known, and a sender without it may mean any. */
export function subjectKey(subject: Pick<Subject, 'source' | 'kind' | 'externalId'>): string {
  return `${family(subject).join()}:${subject.kind}:${subject.externalId}`;
}

/** What waits for the answer to what we write to the help desk about this conversation. */
export function writtenKey(key: string): string {
  return `written:${key}`;
}

/**
 * Serialises everything about these conversations until the transaction ends, also before their incidences exist;
 * those that exist are locked as well. Always in one order, so that two transactions never wait for each other.
 */
export async function lock(trx: Trx, about: About): Promise<void> {
  const keys = new Set(lockKeys(about));
  if (keys.size === 0) return;
  const serialise = serialising({ keys: JSON.stringify([...keys].toSorted()) });
  // A single one is locked when it is read, and this lock is sent with that read at the latest.
  if (keys.size === 1) await sendWithNext(trx, serialise);
  else await executeBatch(trx, [serialise], lockIncidences(about));
}

const serialising = createStatement<{ keys: string }>(
  ({ keys }) => sql`
    select pg_advisory_xact_lock(hashtextextended(key, 0)) from json_array_elements_text(${keys}) key`,
);

function lockIncidences({ subjects, told }: About) {
  const named = subjects.flatMap((subject) => family(subject).map((source) => ({ ...subject, source })));
  const bySubject = sql`
    select id from incidences
    where (external_id, kind, source) in (
      select * from json_to_recordset(${JSON.stringify(named)}) as named ("externalId" text, kind text, source text))`;
  if (told.length === 0) return sql`${bySubject} order by id for no key update`;
  const isOpenChat = sql`source = 'tawk' and kind = 'chat' and status <> 'closed'`;
  const toldOf = sql`json_to_recordset(${JSON.stringify(told)}) as told (email text, "visitorId" text)`;
  return sql`
    select id from incidences where id in (
      ${bySubject}
      union all select id from incidences where ${isOpenChat} and customer_email in (select email from ${toldOf})
      union all select id from incidences where ${isOpenChat} and visitor_id in (select "visitorId" from ${toldOf}))
    order by id for no key update`;
}

/**
 * Of each conversation the open incidence, else the newest closed one, locked until the transaction ends; undefined where
 * there is none. In the order asked for.
 */
export async function findNewest(trx: Trx, subjects: readonly Subject[]): Promise<(Incidence | undefined)[]> {
  const asked = subjects.map((subject, position) => ({ ...subject, position, sources: family(subject) }));
  const rows = await findingNewest({ asked: JSON.stringify(asked) }).execute(trx);
  const found: (Incidence | undefined)[] = subjects.map(() => undefined);
  for (const { position, ...incidence } of rows) found[position] = incidence;
  return found;
}

// Locked: a person may be closing it this moment, and what is decided on must be what it then is.
const findingNewest = createStatement<{ asked: string }, Incidence & { position: number }>(
  ({ asked }) => sql`
    select found.*, asked.position
    from json_to_recordset(${asked})
      as asked (position integer, "externalId" text, kind text, account text, sources text[])
    cross join lateral (
      select * from incidences
      where external_id = asked."externalId" and kind = asked.kind and source = any(asked.sources)
        and (asked.account = '' or account in (asked.account, ''))
      order by status = 'closed', id desc limit 1
      for no key update
    ) found`,
);
