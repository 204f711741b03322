import { Client } from 'pg';
import { poolSettings } from './connect.ts';

/** The most connections each pool may open. */
export type ConnectionBudget = Readonly<{ pool: number; worker: number }>;

/** Beside the pools: one listens for wake-ups, one holds the sender lock. */
const single = 2;
export const full: ConnectionBudget = { pool: 10, worker: 8 };

/** Shares what the server allows between the pools; never more than they can use, at least one each. */
export function shareConnections(allowed: number): ConnectionBudget {
  const available = allowed - single;
  if (available >= full.pool + full.worker) return full;
  const pool = Math.max(1, Math.ceil(available / 2));
  return { pool, worker: Math.max(1, available - pool) };
}

/** By the limits of the role, of the database and of the server, whichever is lowest. */
export async function findConnectionBudget(url: string): Promise<ConnectionBudget> {
  const client = new Client(poolSettings(url, 'start'));
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ allowed: number }>(`
      select least(
        (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
        (select nullif(datconnlimit, -1) from pg_database where datname = current_database()),
        current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
      ) as allowed`);
    return shareConnections(rows[0]?.allowed ?? full.pool + full.worker + single);
  } finally {
    await client.end();
  }
}
