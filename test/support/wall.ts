import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { World } from './world.ts';

export type Wall = Readonly<{
  url: string;
  close: () => void;
  /** Resolves when something was sent that the closed wall kept back. */
  heldBack: Promise<void>;
}>;

/**
 * A way to the database that can be walled up: connections stay, and nothing passes any more. `role`: only the
 * connections of this role of the product, such as 'sender'.
 */
export async function startWall({ databaseUrl, atEnd }: World, role = ''): Promise<Wall> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isClosed = false;
  const held = Promise.withResolvers<void>();
  const server = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname);
    let isAffected = false;
    // The first message names the application.
    near.once('data', (bytes) => {
      isAffected = bytes.includes(`bellhop ${role}`);
    });
    const isWalled = () => isClosed && isAffected;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (isWalled()) held.resolve();
        else to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => !isWalled() && to.destroy());
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
    heldBack: held.promise,
    close: () => {
      isClosed = true;
    },
  };
}
