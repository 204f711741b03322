import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One POST of Telegram. */
export type Posted = Readonly<{ path: string; secret: string | undefined; body: Buffer }>;

export type FrontDoor = {
  /** What PUBLIC_URL is for everybody behind it. */
  readonly url: string;
  /** Adds a process behind it. */
  add: (baseUrl: string) => void;
  remove: (baseUrl: string) => void;
  /** Called for each POST; what it does comes before, or instead of, passing it on. */
  onPost?: ((post: Posted, pass: () => Promise<number>) => Promise<number>) | undefined;
  close: () => void;
};

/** As nginx in front of several Bellhops: each request goes to one of them that takes it; 502 where none does. */
export async function openFrontDoor(): Promise<FrontDoor> {
  const targets: string[] = [];
  const server = createServer((request, response) => {
    answer(request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(502).end(),
    );
  });

  async function answer(request: IncomingMessage): Promise<number> {
    const secret = request.headers['x-telegram-bot-api-secret-token'];
    const post: Posted = {
      path: request.url ?? '',
      secret: Array.isArray(secret) ? secret[0] : secret,
      body: await buffer(request),
    };
    const pass = () => passOn(post);
    return door.onPost ? door.onPost(post, pass) : pass();
  }

  async function passOn({ path, secret, body }: Posted): Promise<number> {
    // In turn, so that every process gets some.
    const first = targets.shift();
    if (first !== undefined) targets.push(first);
    for (const target of targets.slice()) {
      const headers = {
        'content-type': 'application/json',
        ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      };
      const answered = await fetch(`${target}${path}`, { method: 'POST', headers, body: new Uint8Array(body) }).then(
        ({ status }) => status,
        () => undefined,
      );
      if (answered !== undefined) return answered;
    }
    return 502;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Ends with the process, where no test closes it.
  server.unref();
  const door: FrontDoor = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (baseUrl) => void targets.push(baseUrl),
    remove: (baseUrl) => {
      const at = targets.indexOf(baseUrl);
      if (at !== -1) targets.splice(at, 1);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return door;
}
