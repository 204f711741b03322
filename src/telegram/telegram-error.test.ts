import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Api, GrammyError } from 'grammy';
import { expect, onTestFinished, test } from 'vitest';
import { classify, type TelegramFailure } from './telegram-error.ts';

type Parameters = { retry_after?: number; migrate_to_chat_id?: number };
type Case = readonly [code: number, description: string, outcome: TelegramFailure['outcome'], parameters?: Parameters];

// Descriptions as Telegram's servers send them (telegram-bot-api Client.cpp and what passes through it from the core).
const refusals: Case[] = [
  [
    400,
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    'not-modified',
  ],
  [400, 'Bad Request: message to edit not found', 'edit-target-gone'],
  [400, "Bad Request: message can't be edited", 'edit-target-gone'],
  [400, 'Bad Request: MESSAGE_ID_INVALID', 'edit-target-gone'],
  [400, 'Bad Request: chat not found', 'lane-lost'],
  [400, 'Bad Request: message thread not found', 'topic-lost'],
  [400, 'Bad Request: TOPIC_CLOSED', 'topic-lost'],
  [400, 'Bad Request: TOPIC_DELETED', 'topic-lost'],
  [400, 'Bad Request: not enough rights to send documents to the chat', 'content-forbidden'],
  [400, 'Bad Request: not enough rights to send photos to the chat', 'content-forbidden'],
  [400, 'Bad Request: CHAT_SEND_DOCS_FORBIDDEN', 'content-forbidden'],
  [400, 'Bad Request: not enough rights to manage pinned messages in the chat', 'rejected'],
  [400, 'Bad Request: not enough rights to send text messages to the chat', 'lane-lost'],
  [400, 'Bad Request: need administrator rights in the channel chat', 'lane-lost'],
  [400, 'Bad Request: have no rights to send a message', 'lane-lost'],
  [400, 'Bad Request: CHAT_WRITE_FORBIDDEN', 'lane-lost'],
  [400, 'Bad Request: PEER_ID_INVALID', 'lane-lost'],
  [400, 'Bad Request: group chat was upgraded to a supergroup chat', 'lane-lost', { migrate_to_chat_id: -1_001_234 }],
  [403, 'Forbidden: bot was kicked from the supergroup chat', 'lane-lost'],
  [403, 'Forbidden: bot was kicked from the group chat', 'lane-lost'],
  [403, 'Forbidden: bot is not a member of the supergroup chat', 'lane-lost'],
  [403, 'Forbidden: bot was blocked by the user', 'lane-lost'],
  [403, "Forbidden: bot can't initiate conversation with a user", 'lane-lost'],
  [403, 'Forbidden: user is deactivated', 'lane-lost'],
  [403, 'Forbidden: the group chat was deleted', 'lane-lost'],
  [403, "Forbidden: bots can't send messages to bots", 'lane-lost'],
  [400, 'Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 12', 'rejected'],
  [400, 'Bad Request: can\'t parse entities: Unsupported start tag "chat not found" at byte offset 3', 'rejected'],
  [400, 'Bad Request: message is too long', 'rejected'],
  [400, 'Bad Request: message text is empty', 'rejected'],
  [400, 'Bad Request: message caption is too long', 'rejected'],
  [400, 'Bad Request: message to be replied not found', 'rejected'],
  [400, 'Bad Request: BUTTON_DATA_INVALID', 'rejected'],
  [400, 'Bad Request: reply markup is too long', 'rejected'],
  [400, "Bad Request: inline keyboard button URL 'http://chatwoot:3000/x' is invalid: Wrong HTTP URL", 'rejected'],
  [413, 'Request Entity Too Large', 'rejected'],
  [401, 'Unauthorized', 'unreachable'],
  [404, 'Not Found', 'unreachable'],
  [
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    'rejected',
  ],
  [429, 'Too Many Requests: retry after 7', 'retry-after', { retry_after: 7 }],
  [429, 'Too Many Requests: retry after 60', 'retry-after'],
  [500, 'Internal Server Error: restart', 'temporary'],
  [502, 'Bad Gateway', 'temporary'],
  [500, "Internal Server Error: sent message was immediately deleted and can't be returned", 'rejected'],
];

test.for(refusals)('%i %s → %s', ([code, description, outcome, parameters = {}]) => {
  const failure = classify(refusal(code, description, parameters));
  expect(failure.outcome).toBe(outcome);
  if ('reason' in failure) expect(failure.reason).toBe(description);
});

test('what the refusal says beside its words is kept', () => {
  expect(classify(refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }))).toEqual({
    outcome: 'retry-after',
    seconds: 7,
  });
  expect(classify(refusal(429, 'Too Many Requests', {}))).toEqual({ outcome: 'retry-after', seconds: 30 });
  const absurd = refusal(429, 'Too Many Requests', { retry_after: 1e13 });
  expect(classify(absurd)).toEqual({ outcome: 'retry-after', seconds: 86_400 });
  const moved = refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
    migrate_to_chat_id: -1_001_234,
  });
  expect(classify(moved)).toMatchObject({ outcome: 'lane-lost', migratedTo: -1_001_234 });
});

test.each([
  ['refuses connections', 'unreachable', (server: Server): unknown => server.close()],
  [
    'resets the connection',
    'connection-lost',
    (server: Server): unknown => server.on('connection', (socket) => socket.resetAndDestroy()),
  ],
  [
    'cuts its answer off',
    'timed-out',
    (server: Server): unknown => answer(server, 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"ok"'),
  ],
  [
    'answers what is no JSON',
    'connection-lost',
    (server: Server): unknown => answer(server, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>'),
  ],
  ['never answers', 'timed-out', (server: Server): unknown => server.on('connection', (socket) => socket.resume())],
] as const)('a Telegram that %s: %s', async (_, outcome, behave) => {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  behave(server);
  const api = new Api('1:AA', { apiRoot: `http://127.0.0.1:${address.port}`, timeoutSeconds: 1 });
  const error = await api.getMe().catch((err: unknown) => err);
  expect(classify(error)).toMatchObject({ outcome });
});

test('a name that does not exist was never asked', async () => {
  const api = new Api('1:AA', { apiRoot: 'http://telegram-api.invalid', timeoutSeconds: 5 });
  expect(classify(await api.getMe().catch((err: unknown) => err))).toMatchObject({ outcome: 'unreachable' });
});

test('an error that is our own is thrown on', () => {
  expect(() => classify(new TypeError('ours'))).toThrow('ours');
});

function answer(server: Server, bytes: string): void {
  server.on('connection', (socket) => socket.once('data', () => socket.end(bytes)));
}

function refusal(code: number, description: string, parameters: Parameters): GrammyError {
  return new GrammyError('Call failed', { ok: false, error_code: code, description, parameters }, 'sendMessage', {});
}
