import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from './world.ts';

export type Call = Readonly<{ method: string; params: Readonly<Record<string, unknown>> }>;

/** What becomes of a call: `before` it reaches the sandbox (an answer there ends it), and `after` it was taken, before its answer goes back. */
export type Detour = {
  apiRoot: string;
  before?: ((call: Call) => Promise<Refusal | undefined>) | undefined;
  after?: ((call: Call) => Promise<void>) | undefined;
};
export type Refusal = Readonly<{ error_code: number; description: string; parameters?: { retry_after: number } }>;

/** A way to the sandbox on which a test may hold calls up or answer them itself. */
export async function startDetour({ sandbox, atEnd }: World): Promise<Detour> {
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    pass(request, gone.signal).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      () => response.destroy(),
    );
  });

  async function pass(request: IncomingMessage, gone: AbortSignal): Promise<{ status: number; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const call = callOf(request, bytes);
    const refusal = await detour.before?.(call);
    if (refusal) return { status: refusal.error_code, body: JSON.stringify({ ok: false, ...refusal }) };
    const answer = await fetch(`${sandbox.apiRoot}${request.url}`, {
      method: request.method ?? 'POST',
      body: bytes,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      signal: gone,
    });
    const body = await answer.text();
    await detour.after?.(call);
    return { status: answer.status, body };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const detour: Detour = { apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return detour;
}

function callOf(request: IncomingMessage, bytes: Buffer): Call {
  const isJson = request.headers['content-type']?.startsWith('application/json');
  const params = isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
  return { method: request.url?.split('/').at(-1) ?? '', params };
}
