import { createServer } from 'node:net';
import type { ProxySettings } from '../config/proxy.ts';
import { isBellhop } from './bellhop-at.ts';
import { type Check, fail, pass } from './check.ts';

type Address = Readonly<{ host: string; port: number }>;

const name = 'port';
const unknownHost = ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'];

/** Whether HOST:PORT can be listened on, or Bellhop itself is listening there. */
export async function checkPort({ host, port }: Address, proxy: ProxySettings): Promise<Check[]> {
  if (port === 0) return [pass(name, 'PORT=0: a free one is picked at each start')];
  const code = await tryListen({ host, port });
  if (code === undefined) return [pass(name, `${host}:${port} is free`)];
  if (code === 'EADDRINUSE') {
    if (await isBellhop(localAddress({ host, port }), proxy))
      return [pass(name, `Bellhop is listening on ${host}:${port}`)];
    return [
      fail(name, `${host}:${port} is in use by another program`, {
        means: 'Bellhop cannot start',
        change: `PORT=${(await nextFree({ host, port })) ?? '<a free port>'}`,
      }),
    ];
  }
  if (unknownHost.includes(code)) {
    return [
      fail(name, `HOST=${host} is not a name or address of this machine`, {
        means: 'Bellhop cannot start',
        change: 'HOST=127.0.0.1 (behind a proxy on this machine) or HOST=0.0.0.0',
      }),
    ];
  }
  return [
    fail(name, `this user may not open port ${port} (${code})`, {
      means: 'Bellhop cannot start',
      change: 'PORT=3000 (any number above 1023)',
    }),
  ];
}

/** Where this machine reaches what listens on HOST:PORT. */
export function localAddress({ host, port }: Address): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** The error's code; undefined where it can be listened on. */
function tryListen({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

async function nextFree({ host, port }: Address): Promise<number | undefined> {
  for (let next = port + 1; next <= Math.min(port + 20, 65_535); next += 1) {
    if ((await tryListen({ host, port: next })) === undefined) return next;
  }
  return undefined;
}
