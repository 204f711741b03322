import { setTimeout as wait } from 'node:timers/promises';
import type { Posted, PosterHandlers, Storm } from '../processes/poster.ts';
import { query } from './database.ts';
import { secrets } from './product.ts';
import { startRemote } from './remote.ts';

export const alertPath = '/api/v1/chatwoot/alerts';

/** Posts alerts from a process of its own. */
export async function postStorm(storm: Omit<Storm, 'key' | 'path'> & { path?: string }): Promise<Posted[]> {
  const poster = startRemote<PosterHandlers>(new URL('../processes/poster.ts', import.meta.url));
  const posted = await poster.call('post', { path: alertPath, ...storm, key: secrets.alertKey });
  await poster.stop();
  return posted;
}

export type Kept = Readonly<{
  /** Incidences that are open. */
  open: number;
  /** Of those, with a card that stands. */
  carded: number;
  /** Of those without, waiting to be shown or folded into a storm card, where they can be found. */
  waiting: number;
}>;

/** What became of the alerts, as the database knows it. */
export async function findKept(databaseUrl: string): Promise<Kept> {
  const sql = `
    with seen as (
      select exists (select from cards where incidence_id = i.id and gone_at is null) as carded,
             exists (select from deliveries where incidence_id = i.id and state in ('waiting', 'folded')) as waiting
      from incidences i where status <> 'closed'
    )
    select count(*)::int as open, (count(*) filter (where carded))::int as carded,
           (count(*) filter (where not carded and waiting))::int as waiting from seen`;
  const [kept] = await query<Kept>(databaseUrl, sql);
  if (!kept) throw new Error('a count without a row');
  return kept;
}

/** Until no event and no delivery but reminders is left to be worked on, or `patienceMs` are over. */
export async function untilDone(databaseUrl: string, patienceMs: number): Promise<void> {
  const endAt = Date.now() + patienceMs;
  while (Date.now() < endAt && (await countUndone(databaseUrl)) > 0) await wait(500);
}

async function countUndone(databaseUrl: string): Promise<number> {
  const sql = `select (select count(*) from inbound_events where state = 'stored')::int
                    + (select count(*) from deliveries where state = 'waiting' and kind <> 'reminder')::int as undone`;
  const [found] = await query<{ undone: number }>(databaseUrl, sql);
  return found?.undone ?? 0;
}
