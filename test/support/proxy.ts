import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from './world.ts';

export type TestProxy = Readonly<{
  url: string;
  /** The addresses asked for, in order: of a tunnel host and port, else the whole URL. */
  asked: readonly string[];
}>;

/** A forward proxy that sends every http request to the sandbox, whatever its host, and opens no tunnel. */
export async function startProxy({ sandbox, atEnd }: Pick<World, 'sandbox' | 'atEnd'>): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '');
    asked.push(url.href);
    const { method, headers } = request;
    const target = new URL(`${url.pathname}${url.search}`, sandbox.apiRoot);
    const onward = forward(target, { method, headers: { ...headers, host: target.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
