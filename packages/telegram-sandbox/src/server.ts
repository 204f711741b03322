import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readRequest } from './request.ts';
import type { Answer, Dispatch } from './dispatch.ts';
import type { Files } from './files.ts';

export type ServerOptions = {
  token: string;
  host: string;
  port: number;
  dispatch: Dispatch;
  files: Files;
};

const NOT_FOUND = { status: 404, body: { ok: false, error_code: 404, description: 'Not Found' } };
const UNAUTHORIZED = { status: 401, body: { ok: false, error_code: 401, description: 'Unauthorized' } };

/** Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>. */
export function createBotApiServer({ token, host, port, dispatch, files }: ServerOptions) {
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });
  let listeningPort = port;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(path);
    if (file) return sendFile(response, file[1] ?? '', file[2] ?? '');
    const call = /^\/bot([^/]+)\/([^/]+)\/?$/.exec(path);
    if (!call?.[1]?.includes(':')) return send(response, NOT_FOUND);
    if (call[1] !== token && decodeURIComponent(call[1]) !== token) return send(response, UNAUTHORIZED);

    // Browsers send an origin. No web page may call the API.
    if (request.headers.origin !== undefined) return send(response, NOT_FOUND);

    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const answer = await dispatch(call[2] ?? '', () => readRequest(request, query), gone.signal);
    if (answer === 'reset') request.socket.destroy();
    else if (answer !== 'hang') send(response, answer);
  }

  function sendFile(response: ServerResponse, fileToken: string, path: string): void {
    if (fileToken !== token) return send(response, UNAUTHORIZED);
    const kept = files.findByPath(decodeURIComponent(path));
    if (!kept) return send(response, NOT_FOUND);
    response.writeHead(200, { 'content-type': kept.file.mime_type, 'content-length': kept.bytes.length });
    response.end(kept.bytes);
  }

  return {
    address() {
      if (listeningPort === 0) throw new Error('the sandbox has no address until it is started');
      return `http://${host.includes(':') ? `[${host}]` : host}:${listeningPort}`;
    },
    start: () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(listeningPort, host, () => {
          server.off('error', reject);
          listeningPort = (server.address() as AddressInfo).port;
          resolve();
        });
      }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    /** Cuts every connection, as an outage does. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function send(response: ServerResponse, answer: Answer): void {
  const body = JSON.stringify(answer.body);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  if (answer.body.parameters?.retry_after !== undefined) headers['retry-after'] = answer.body.parameters.retry_after;
  response.sendDate = false;
  response.writeHead(answer.status, headers);
  response.end(body, answer.written);
}
