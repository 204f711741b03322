import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Answer } from '../sources/endpoint.ts';

/** An event stored under this delivery id before. `answer` is null until the first request was answered in full. */
export type Earlier = Readonly<{ id: number; isSameBody: boolean; answer: Answer | null }>;

export async function findEarlier(
  db: Db,
  source: string,
  deliveryId: string,
  bodySha256: Buffer,
): Promise<Earlier | undefined> {
  const { rows } = await sql<Earlier>`
    select id, sha256(body) = ${bodySha256} as is_same_body, answer from inbound_events
    where source = ${source} and delivery_id = ${deliveryId}`.execute(db);
  return rows[0];
}

/** Of several concurrent answers the first one is kept. Returns the kept one. */
export async function keepAnswer(db: Db, id: number, answer: Answer): Promise<Answer> {
  const { rows } = await sql<{ answer: Answer }>`
    update inbound_events set answer = coalesce(answer, ${JSON.stringify(answer)}::json)
    where id = ${id} returning answer`.execute(db);
  return rows[0]?.answer ?? answer;
}
