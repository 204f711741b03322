import { stat } from 'node:fs/promises';
import { Client } from 'pg';
import { EmbeddedPostgresError, isCode } from './error.ts';

/**
 * Whether the server is ready and serves this data directory; false while it is starting or stopping.
 * Throws when it answers but is not ours.
 */
export async function servesDirectory(url: string, data: string): Promise<boolean> {
  let served: unknown;
  try {
    served = await withClient(url, async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('show data_directory');
      return rows[0]?.data_directory;
    });
  } catch (error) {
    if (!isCode(error, '28P01', '28000')) return false;
    throw new EmbeddedPostgresError(
      `The PostgreSQL that runs on ${data} refuses the password in the file beside it. Bring the right password back, ` +
        'or stop that server (its process id is the first line of postmaster.pid).',
    );
  }
  const [theirs, ours] = await Promise.all([stat(String(served)).catch(() => undefined), stat(data)]);
  if (theirs?.ino === ours.ino && theirs.dev === ours.dev) return true;
  throw new EmbeddedPostgresError(
    `The PostgreSQL named in ${data}/postmaster.pid serves ${String(served)} instead; the directory was moved or copied ` +
      'while its server ran. Stop that server (its process id is the first line of that file) and start Bellhop again.',
  );
}

export async function createDatabase(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return;
    try {
      await client.query(`create database ${client.escapeIdentifier(name)}`);
    } catch (error) {
      // Another process was quicker.
      if (!isCode(error, '42P04', '23505')) throw error;
    }
  });
}

/** Whether another Bellhop process is connected. When that cannot be told, nobody is. */
export async function isUsedByOthers(url: string, ownName: string): Promise<boolean> {
  const others = `select from pg_stat_activity
    where datname = current_database() and application_name like 'bellhop-%' and not starts_with(application_name, $1)`;
  return withClient(url, async (client) => Boolean((await client.query(others, [ownName])).rowCount)).catch(
    () => false,
  );
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 30_000 });
  // A server that goes away says so here as well as by the rejected query; unheard it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
