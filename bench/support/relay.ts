import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { atEnd } from './cleanup.ts';

export type Relay = Readonly<{
  url: string;
  /** Cuts what is connected and refuses what comes, as a Telegram that is down. */
  shut: () => Promise<void>;
  /** On the same port again. */
  open: () => Promise<void>;
}>;

/** Another address of what listens at `target`. `heard` gets what is sent there. */
export async function startRelay(
  target: string,
  { host = '127.0.0.1', heard }: Readonly<{ host?: string; heard?: (bytes: Buffer) => void }> = {},
): Promise<Relay> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  function accept(near: Socket): void {
    const far = connect(Number(targetPort), hostname).setNoDelay(true);
    if (heard) near.on('data', heard);
    for (const [from, to] of [
      [near.setNoDelay(true), far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }

  const shut = async () => {
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const socket of sockets) socket.destroy();
    await closed;
    server = undefined;
  };
  const open = async () => {
    const opened = createServer(accept);
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, host, resolve);
    });
    port = (opened.address() as AddressInfo).port;
    server = opened;
  };
  await open();
  atEnd(shut);
  return { url: `http://${host}:${port}`, shut, open };
}
