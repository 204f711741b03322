import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { World } from './world.ts';

/** A way to the database that can be walled up: connections stay, and nothing passes any more. */
export async function startWall({ databaseUrl, atEnd }: World): Promise<{ url: string; close: () => void }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isClosed = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => !isClosed && to.write(bytes));
      from.on('error', () => undefined);
      from.on('close', () => !isClosed && to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    close: () => {
      isClosed = true;
    },
  };
}
