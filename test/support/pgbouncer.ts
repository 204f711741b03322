import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceAccount, isRoot } from '../../src/database/embedded/account.ts';
import { freePort } from '../../src/database/embedded/free-port.ts';

/** Debian installs it where only root looks. */
const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };

/** Its test is skipped then, and says so by its name. */
export const withoutPgBouncer = spawnSync('pgbouncer', ['--version'], { env }).error !== undefined;

type Running = Readonly<{ url: string; stop: () => Promise<void> }>;

/** PgBouncer in transaction mode before a database. Few server sessions, so that each serves many clients. */
export async function startPgBouncer(databaseUrl: string, serverSessions = 4): Promise<Running> {
  const server = new URL(databaseUrl);
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'bellhop-pgbouncer-'));
  await chmod(directory, 0o755);
  const config = join(directory, 'pgbouncer.ini');
  await writeFile(
    config,
    `[databases]
* = host=${server.hostname} port=${server.port || 5432} user=${server.username} password=${decodeURIComponent(server.password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${serverSessions}
max_client_conn = 500
`,
  );
  // It does not run as root.
  const account = isRoot() ? await serviceAccount() : undefined;
  const child = spawn('pgbouncer', [config], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  const exited = once(child, 'close');
  const said = await new Promise<string>((resolve) => {
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('process up')) resolve(text);
    });
    child.once('close', () => resolve(text));
  });
  if (!said.includes('process up')) throw new Error(`pgbouncer does not start: ${said}`);
  const url = new URL(databaseUrl);
  [url.hostname, url.port] = ['127.0.0.1', String(port)];
  // Which it refuses.
  url.searchParams.delete('options');
  return {
    url: url.href,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
