import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandboxPage, type SandboxPage } from '../src/page/page.ts';
import type { Sandbox } from '../src/control.ts';
import { createTelegramSandbox } from '../src/sandbox.ts';
import { DEMO, addDemoWorld } from '../src/demo-world.ts';

let sandbox: Sandbox;
let page: SandboxPage;
let server: Server;
let port = 0;

beforeAll(async () => {
  sandbox = createTelegramSandbox();
  addDemoWorld(sandbox);
  await sandbox.start();
  page = createSandboxPage({ sandbox });
  server = createServer(express().use('/sandbox', page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  page.close();
  server.closeAllConnections();
  server.close();
  await sandbox.stop();
});

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

function ask(path: string, options: { headers?: Record<string, string>; body?: unknown } = {}): Promise<Answer> {
  const { headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request({ host: '127.0.0.1', port, path: `/sandbox${path}`, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const act = (body: unknown, headers: Record<string, string> = {}) =>
  ask('/act', {
    body,
    headers: { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json', ...headers },
  });

describe('only for whoever sits at this machine', () => {
  test.each([
    ['a foreign name that leads here', { host: 'evil.example' }],
    ['a name that only begins like ours', { host: 'localhost.evil.example' }],
  ])('%s finds nothing', async (_, headers) => {
    for (const path of ['', '/assets/main.js', '/stream', '/messages?chat=1&before=1']) {
      const { status, body } = await ask(path, { headers });
      expect([status, JSON.parse(body).error]).toEqual([404, 'not_found']);
    }
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['nowhere', { origin: 'null' }],
  ])('%s can do nothing', async (_, headers) => {
    expect((await act({ do: 'clear-faults' }, headers)).status).toBe(404);
  });

  test('doing something needs an origin at all', async () => {
    expect((await ask('/act', { body: { do: 'clear-faults' } })).status).toBe(404);
    expect((await act({ do: 'clear-faults' })).status).toBe(200);
  });
});

describe('its files', () => {
  test('the page forbids everything that is not its own', async () => {
    const { status, headers, body } = await ask('');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(body).not.toMatch(/<script>|style=|https?:/);
  });

  test('every file that is named exists, with its type', async () => {
    const { body } = await ask('');
    for (const [, name = ''] of body.matchAll(/\/sandbox\/assets\/([^"]+)"/g)) {
      expect((await ask(`/assets/${name}`)).headers['content-type']).toMatch(/^(text\/(javascript|css)|image\/svg)/);
    }
  });

  test.each(['nothing.js', 'protocol.ts', 'tsconfig.json', '..%2fpage.ts', '%2e%2e%2fseed.ts'])(
    '%s is not served',
    async (name) => {
      expect((await ask(`/assets/${name}`)).status).toBe(404);
    },
  );
});

describe('actions', () => {
  const refused: [string, unknown, number, RegExp][] = [
    ['no action', {}, 400, /do/],
    ['an unknown one', { do: 'explode' }, 400, /do/],
    ['a button that is not there', { do: 'delete', chatId: DEMO.supportTeam, messageId: 99 }, 422, /no message 99/],
    ['an empty text', { do: 'type', chatId: DEMO.supportTeam, by: DEMO.ana, text: '' }, 400, /text/],
    ['a stranger’s text', { do: 'type', chatId: DEMO.supportTeam, by: DEMO.dmitri, text: 'x' }, 422, /not a member/],
    ['a body that is no JSON object', 'x', 400, /./],
  ];
  test.each(refused)('%s is refused with the reason', async (_, body, status, reason) => {
    const answer = await act(body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, message: expect.stringMatching(reason) });
  });
});

test('a document’s scripts do not run, and unsafe types are only downloaded', async () => {
  const typed = { chatId: DEMO.supportTeam, by: DEMO.ana, text: '' };
  const keep = (name: string, mime: string) =>
    sandbox.upload(typed, { name, mime, bytes: Buffer.from('<svg onload="alert(1)"/>') }).document?.file_id ?? '';
  const shown = await ask(`/files/${keep('a.html', 'text/html')}`);
  expect(shown.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox$/);
  expect(shown.headers['content-disposition']).toBe('inline');
  const handed = await ask(`/files/${keep('a.svg', 'image/svg+xml')}`);
  expect(handed.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment; filename="?a.svg"?$/),
    'x-content-type-options': 'nosniff',
  });
  expect((await ask('/files/unknown')).status).toBe(404);
});

test('the stream sends everything, then changes', async () => {
  const events = openStream();
  const state = await events.next('state');
  expect(state).toMatchObject({ bot: { username: 'sandbox_bot' }, conditions: { flood: 'off' } });
  expect((state['people'] as { role: string }[]).map(({ role }) => role)).toEqual([
    'member',
    'member',
    'owner',
    'stranger',
  ]);

  const { message_id: id } = sandbox.type({ chatId: DEMO.supportTeam, by: DEMO.ana, text: 'hello /open' });
  expect(await events.next('change')).toMatchObject({ messages: [{ id, text: 'hello /open', fromName: 'Ana Silva' }] });
  sandbox.editTyped(DEMO.supportTeam, id, 'hello again');
  expect(await events.next('change')).toMatchObject({ messages: [{ id, text: 'hello again', edited: true }] });
  sandbox.react(DEMO.supportTeam, id, DEMO.ben, '👍');
  expect(await events.next('change')).toMatchObject({ messages: [{ id, reactions: [{ emoji: '👍' }] }] });
  sandbox.deleteAsPerson(DEMO.supportTeam, id);
  expect(await events.next('change')).toEqual({ deleted: [{ chatId: DEMO.supportTeam, ids: [id] }] });
  sandbox.flood = 'harsh';
  expect(await events.next('change')).toEqual({ conditions: { flood: 'harsh', faults: [], ahead: 0 } });
  sandbox.flood = 'off';

  for (let count = 0; count < 1000; count += 1)
    sandbox.type({ chatId: DEMO.supportTeam, by: DEMO.ana, text: `${count}` });
  const storm = await events.next('change');
  expect(storm['restarted']).toEqual([`${DEMO.supportTeam}:0`]);
  expect(storm['messages']).toHaveLength(200);
  events.close();
});

/** Reads Server-Sent Events one after the other. */
function openStream() {
  const seen: { event: string; data: Record<string, unknown> }[] = [];
  let wake = () => {};
  const asked = request({ host: '127.0.0.1', port, path: '/sandbox/stream' }, (response) => {
    let left = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const frames = (left + chunk).split('\n\n');
      left = frames.pop() ?? '';
      for (const frame of frames) {
        const [, event = '', data = '{}'] = /^(?:retry.*\n)?event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
        if (event) seen.push({ event, data: JSON.parse(data) as Record<string, unknown> });
      }
      wake();
    });
  });
  asked.on('error', () => {});
  asked.end();
  return {
    /** The next event of this kind; those before it are passed over. */
    async next(kind: string): Promise<Record<string, unknown>> {
      for (;;) {
        const first = seen.shift();
        if (first?.event === kind) return first.data;
        if (!first) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    close: () => asked.destroy(),
  };
}
