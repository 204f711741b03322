import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type SampleMemory, type SampleName, SAMPLES, sendSample } from './samples.ts';

type Heard = { path: string; headers: IncomingHttpHeaders; body: string };

const now = new Date('2026-03-14T09:26:53Z');
const secrets = { chatwootSecret: 'chatwoot-secret', alertKey: 'alert-key', tawkSecret: 'tawk-secret' };
let heard: Heard[] = [];
let answer = { status: 200, body: '{"success":true}' };
let baseUrl = '';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    heard.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status).end(answer.body);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  heard = [];
  answer = { status: 200, body: '{"success":true}' };
});

const send = (name: SampleName, memory?: SampleMemory) => sendSample({ baseUrl, ...secrets }, name, now, memory);
const bodies = () => heard.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

test.each(['low', 'medium', 'high', 'critical'] as const)('an alert, %s', async (severity) => {
  expect(await send(`alert-${severity}`)).toMatchObject({
    ok: true,
    steps: [{ status: 200, answer: { success: true } }],
  });
  expect(heard[0]).toMatchObject({ path: '/api/v1/chatwoot/alerts', headers: { authorization: 'Bearer alert-key' } });
  expect(bodies()[0]).toMatchObject({ severity, timestamp: '2026-03-14T09:26:53.000Z' });
});

test('Chatwoot events are signed over the second and the raw body', async () => {
  await send('chatwoot-conversation');
  expect(bodies().map(({ event }) => event)).toEqual(['conversation_created', 'message_created']);
  for (const { headers, body } of heard) {
    const mac = createHmac('sha256', secrets.chatwootSecret).update(`1773480413.${body}`).digest('hex');
    expect(headers).toMatchObject({ 'x-chatwoot-timestamp': '1773480413', 'x-chatwoot-signature': `sha256=${mac}` });
  }
});

test('Tawk.to events are signed over the raw body', async () => {
  await send('tawk-ticket');
  const mac = createHmac('sha1', secrets.tawkSecret)
    .update(heard[0]?.body ?? '')
    .digest('hex');
  expect(heard[0]?.headers['x-tawk-signature']).toBe(mac);
});

test('later samples go on with the same conversation and chat', async () => {
  const memory: SampleMemory = {};
  for (const name of ['chatwoot-conversation', 'chatwoot-resolved', 'tawk-chat', 'tawk-transcript'] as const) {
    await send(name, memory);
  }
  const [created, , resolved, start, end, transcript] = bodies();
  expect(resolved).toMatchObject({ event: 'conversation_status_changed', status: 'resolved', id: created?.['id'] });
  expect(end).toMatchObject({ event: 'chat:end', chatId: start?.['chatId'] });
  expect(transcript).toMatchObject({ event: 'chat:transcript_created', chat: { id: start?.['chatId'] } });
});

test.each([
  ['chatwoot-resolved', ['conversation_created', 'message_created', 'conversation_status_changed']],
  ['tawk-transcript', ['chat:start', 'chat:end', 'chat:transcript_created']],
] as const)('%s begins with what it needs', async (name, events) => {
  await send(name);
  expect(bodies().map(({ event }) => event)).toEqual(events);
});

test('nothing is the same twice', async () => {
  for (const { name } of SAMPLES) for (const _ of [1, 2]) await send(name);
  const deliveries = heard.flatMap(({ headers }) => headers['x-chatwoot-delivery'] ?? headers['x-hook-event-id'] ?? []);
  expect(new Set(deliveries).size).toBe(deliveries.length);
  const conversations = bodies().flatMap((body) => body['conversation_id'] ?? []);
  expect(new Set(conversations).size).toBe(8);
});

test('without secrets nothing is signed', async () => {
  await sendSample({ baseUrl }, 'alert-low', now);
  await sendSample({ baseUrl }, 'tawk-ticket', now);
  await sendSample({ baseUrl }, 'chatwoot-conversation', now);
  for (const { headers } of heard) {
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('x-tawk-signature');
    expect(headers).not.toHaveProperty('x-chatwoot-signature');
  }
});

test('a refusal is the result, and ends the series', async () => {
  answer = { status: 503, body: '{"success":false,"error":"not_configured"}' };
  const result = await send('chatwoot-conversation');
  expect(result).toMatchObject({ ok: false, steps: [{ status: 503, answer: { error: 'not_configured' } }] });
  expect(heard).toHaveLength(1);
});

test('no answer is a result too', async () => {
  const result = await sendSample({ baseUrl: 'http://127.0.0.1:9' }, 'alert-low', now);
  expect(result).toMatchObject({ ok: false, steps: [{ status: 0 }] });
});
