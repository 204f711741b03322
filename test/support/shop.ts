import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Shop = Readonly<{
  origin: string;
  /** What its backend was posted to `/context`. */
  posted: unknown[];
  /** What its backend answers there. */
  answer: (status: number) => void;
  stop: () => Promise<void>;
}>;

/** A shop's own site: one page, with `head` in its head, and a backend that takes posts. */
export async function startShop(head: () => string): Promise<Shop> {
  const posted: unknown[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      return void response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><title>Shop</title>${head()}<h1>Shop</h1>`);
    }
    void textOf(request).then((text) => {
      posted.push(JSON.parse(text));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    answer: (given) => {
      status = given;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
