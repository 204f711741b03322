import { sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import type { Incidence } from '../../incidences/incidence.ts';

const source = 'chatwoot';

/** The newest incidence of each of these conversations; an open one goes before a closed one. */
export async function findIncidences(
  db: Db,
  account: string,
  externalIds: readonly string[],
): Promise<Map<string, Incidence>> {
  const { rows } = await sql<Incidence>`
    select distinct on (external_id) * from incidences
    where external_id = any(${externalIds}::text[]) and kind = 'conversation' and source in ('chatwoot', 'alert')
      and account in (${account}, '')
    order by external_id, status = 'closed', id desc`.execute(db);
  return new Map(rows.map((row) => [row.externalId, row]));
}

/** Incidences that are open here, of conversations known from Chatwoot. */
export async function findAllOpen(
  db: Db,
  account: string,
  page: Readonly<{ afterId: number; limit: number }>,
): Promise<Pick<Incidence, 'id' | 'externalId'>[]> {
  return db
    .selectFrom('incidences')
    .select(['id', 'externalId'])
    .where('status', '<>', 'closed')
    .where('kind', '=', 'conversation')
    .where((eb) => eb.or([eb('source', '=', 'chatwoot'), eb('deskStatus', 'is not', null)]))
    .where('source', 'in', ['chatwoot', 'alert'])
    .where('account', 'in', [account, ''])
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
}

/** Whether received webhooks wait to be processed: what they report is not known yet. */
export async function hasUnprocessed(db: Db): Promise<boolean> {
  const waiting = await db
    .selectFrom('inboundEvents')
    .select('id')
    .where(sql<boolean>`state = 'stored'`)
    .where('retryAt', 'is', null)
    .where('source', '=', source)
    .limit(1)
    .executeTakeFirst();
  return waiting !== undefined;
}
