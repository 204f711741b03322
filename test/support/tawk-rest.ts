import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'vitest';

export type FakeChat = Readonly<{ id: string; createdOn?: string | undefined; messages?: object[]; visitor?: object }>;
export type FakeTicket = Readonly<{ id: string; createdOn?: string | undefined }> & Readonly<Record<string, unknown>>;

/** What the next call meets instead of an answer. */
export type Fault =
  | Readonly<{ kind: 'answer'; status: number; body: string | object; headers?: Readonly<Record<string, string>> }>
  /** Never answers; breaks the connection in the middle of an answer. */
  | Readonly<{ kind: 'hang' }>
  | Readonly<{ kind: 'cut' }>;

type Call = Readonly<{ method: string; body: Readonly<Record<string, unknown>> }>;

/**
 * Tawk.to's REST API on loopback, as far as it is known: RPC over POST, HTTP Basic with the key and an empty password,
 * `ok` in every answer, `size` of at most 50 with `offset`, dates that silently find nothing, and Tawk.to's error codes.
 */
export async function startTawkRest({ onTestFinished: atEnd }: Pick<TestContext, 'onTestFinished'>) {
  const key = 'rest-key-0123456789';
  const state = {
    isApproved: true,
    /** Sorted newest first only when asked to; `ignore`: never. */
    sorts: 'asked' as 'asked' | 'ignore',
    /** ticket.list is not known to page. */
    pagesTickets: true,
    properties: [{ propertyId: '5f1a9c3be7a2d84c90b1e6f4', name: 'Annapurna Platters' }],
    chats: new Map<string, FakeChat[]>(),
    tickets: new Map<string, FakeTicket[]>(),
    faults: [] as Fault[],
    calls: [] as Call[],
  };

  function answer(method: string, body: Readonly<Record<string, unknown>>): { status: number; body: object } {
    if (method === 'property.list') return { status: 200, body: { ok: true, data: state.properties } };
    const { propertyId, size = 10, offset = 0, startDate, endDate, sort } = body;
    if (!state.properties.some((property) => property.propertyId === propertyId))
      return { status: 403, body: { ok: false, error: 'forbidden' } };
    if (typeof size !== 'number' || size < 1 || size > 50 || typeof offset !== 'number' || offset < 0)
      return { status: 400, body: { ok: false, error: 'validation_error', message: 'size' } };
    const all = (method === 'chat.list' ? state.chats : state.tickets).get(String(propertyId)) ?? [];
    if (startDate !== undefined || endDate !== undefined)
      return { status: 200, body: { ok: true, total: 0, data: [] } };
    const isSorted = sort === 'co-new-old' && state.sorts === 'asked';
    const sorted = isSorted ? all.toSorted((a, b) => ((a.createdOn ?? '') < (b.createdOn ?? '') ? 1 : -1)) : all;
    const from = method === 'chat.list' || state.pagesTickets ? offset : 0;
    return { status: 200, body: { ok: true, total: all.length, data: sorted.slice(from, from + size) } };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body: string | object, headers: Readonly<Record<string, string>> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const method = /^\/v1\/([\w.]+)$/.exec(request.url ?? '')?.[1];
    const content = await text(request);
    if (request.method !== 'POST' || !method || !['property.list', 'chat.list', 'ticket.list'].includes(method))
      return send(404, '<h1>Not Found</h1>');
    const body: Record<string, unknown> = JSON.parse(content);
    state.calls.push({ method, body });
    const fault = state.faults.shift();
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"ok":true,"data":[');
      response.socket?.destroySoon();
      return;
    }
    if (fault) return send(fault.status, fault.body, fault.headers);
    if (request.headers.authorization !== `Basic ${Buffer.from(`${key}:`).toString('base64')}`)
      return send(401, { ok: false, error: 'auth_error', message: 'invalid_auth' });
    if (!state.isApproved) return send(403, { ok: false, error: 'forbidden' });
    const { status, body: answered } = answer(method, body);
    send(status, answered);
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { key, url: `http://127.0.0.1:${port}/v1` });
}
