import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { World } from './world.ts';

export type Wall = Readonly<{
  url: string;
  close: () => void;
  /** Closes it for what the database answers: questions still pass. */
  closeForAnswers: () => void;
  /** Lets through what it kept back, in order. */
  open: () => void;
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
  const closed = { questions: false, answers: false };
  const kept: (() => void)[] = [];
  const held = Promise.withResolvers<void>();
  const server = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname);
    let isAffected = false;
    // The first message names the application.
    near.once('data', (bytes) => {
      isAffected = bytes.includes(`bellhop ${role}`);
    });
    for (const [from, to, what] of [
      [near, far, 'questions'],
      [far, near, 'answers'],
    ] as const) {
      sockets.add(from);
      const pass = (then: () => void) => {
        if (closed[what] && isAffected) kept.push(then);
        else then();
      };
      from.on('data', (bytes) => {
        pass(() => to.write(bytes));
        if (kept.length > 0) held.resolve();
      });
      from.on('error', () => undefined);
      from.on('close', () => pass(() => to.end()));
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
      closed.questions = true;
      closed.answers = true;
    },
    closeForAnswers: () => {
      closed.answers = true;
    },
    open: () => {
      closed.questions = false;
      closed.answers = false;
      for (const pass of kept.splice(0)) pass();
    },
  };
}
