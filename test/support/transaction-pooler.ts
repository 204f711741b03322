import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

type Backend = { socket: Socket; client: Socket | undefined };
type Pooler = Readonly<{ url: string; stop: () => Promise<void> }>;

/** Which of the idle server connections the next transaction gets: PgBouncer takes the last used, others rotate. */
type Order = 'last-used' | 'rotating';

/**
 * A transaction pooler in front of a database: clients share server connections and may get another one for each
 * transaction. A client authenticates with the server over a connection of its own, which then joins the pool.
 */
export async function startTransactionPooler(databaseUrl: string, order: Order): Promise<Pooler> {
  const target = new URL(databaseUrl);
  const idle: Backend[] = [];
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    return socket;
  };

  function serve(client: Socket): void {
    const first: Backend = { socket: track(connect(Number(target.port), target.hostname)), client };
    let current: Backend | undefined = first;
    eachMessage(first.socket, (message) => {
      first.client?.write(message);
      if (!endsTransaction(message)) return;
      first.client = undefined;
      idle.push(first);
    });
    client.on('data', (data) => {
      if (data.toString('latin1') === terminate) return void client.end();
      // Of this client until its transaction ends.
      if (current?.client !== client) {
        current = order === 'rotating' ? idle.shift() : idle.pop();
        if (!current) throw new Error('the pool has no idle connection');
        current.client = client;
      }
      current.socket.write(data);
    });
    client.on('close', () => {
      if (current?.client === client) current.socket.destroy();
    });
  }

  const server = createServer((client) => serve(track(client)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = typeof address === 'object' && address ? String(address.port) : '';
  return {
    url: url.href,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const terminate = 'X\0\0\0\x04';

/** ReadyForQuery with the status "idle". */
function endsTransaction(message: Buffer): boolean {
  return message.toString('latin1') === 'Z\0\0\0\x05I';
}

/** A message is a letter, a length that counts itself, and that many bytes. */
function eachMessage(socket: Socket, take: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      const end = rest.readUInt32BE(1) + 1;
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
