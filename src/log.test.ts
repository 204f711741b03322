import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket, type Server } from 'node:net';
import { inspect } from 'node:util';
import { Bot, BotError, GrammyError, HttpError } from 'grammy';
import { expect, test } from 'vitest';
import { createLog, type Log } from './log.ts';

const TOKEN = '123456789:AAabcdefghijklmnopqrstuvwxyz_012345';
const ANA = { id: 1, is_bot: false, first_name: 'Ana' };
const CUSTOMER_TEXT = 'my card was charged twice';
const BOT = {
  id: 123_456_789,
  is_bot: true as const,
  first_name: 'Bellhop',
  username: 'bellhop_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  can_manage_bots: false,
  supports_inline_queries: false,
  supports_guest_queries: false,
  supports_join_request_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
};

test.each([false, true])(
  'a network error of grammY does not print the token (sensitiveLogs: %s)',
  async (sensitiveLogs) => {
    const error = await failureOf(sendThrough(await unreachable(), { sensitiveLogs }));

    expect(error).toBeInstanceOf(HttpError);
    expect(inspect(error, { depth: 5 })).toContain(TOKEN);
    const line = logged({ err: error });
    expect(line).not.toContain(TOKEN);
    expect(line).toContain('ECONNREFUSED');
    expect(line).toContain('sendMessage');
  },
);

test('a refusal by Telegram prints its code, words and retry_after, but not what was to be sent', async () => {
  const body = {
    ok: false,
    error_code: 429,
    description: 'Too Many Requests: retry after 7',
    parameters: { retry_after: 7 },
  };
  const api = createServer((request, response) => {
    request.resume();
    response.writeHead(429, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const error = await failureOf(sendThrough(`http://127.0.0.1:${await listen(api)}`));
  api.close();

  expect(error).toBeInstanceOf(GrammyError);
  const line = logged({ err: error });
  expect(line).not.toContain(TOKEN);
  expect(line).not.toContain(CUSTOMER_TEXT);
  const facts = { method: 'sendMessage', error_code: 429, description: body.description, parameters: body.parameters };
  expect(JSON.parse(line)).toMatchObject({ err: { name: 'GrammyError', ...facts } });
});

test('an error out of middleware prints neither the context nor the token of its cause', async () => {
  const error = await failureOf(handleMessage(await unreachable()));

  expect(error).toBeInstanceOf(BotError);
  const line = logged({ err: error });
  expect(line).not.toContain(TOKEN);
  expect(line).not.toContain(CUSTOMER_TEXT);
  expect(JSON.parse(line)).toMatchObject({ err: { name: 'BotError', cause: { name: 'HttpError' } } });
});

test('an error stays covered however it is handed to the log', async () => {
  const error = await failureOf(handleMessage(await unreachable()));
  const url = `https://api.telegram.org/bot${TOKEN}/getMe`;

  for (const line of [
    logged(error),
    logged({ error }),
    logged({ reason: error }, `failed at ${url}`),
    logged({ url }),
    logged({ nested: { url, encoded: encodeURIComponent(url) } }),
    written((log) => log.error(`failed at ${url}`)),
    written((log) => log.child({ url, err: error }).error('failed')),
  ]) {
    expect(line).not.toContain(TOKEN);
    expect(line).not.toContain(TOKEN.split(':')[1]);
    expect(line).not.toContain(CUSTOMER_TEXT);
    expect(() => JSON.parse(line)).not.toThrow();
  }
});

test('nested causes are followed and cleaned', () => {
  const innermost = new Error(`connect to postgres://bellhop:hunter2@db/bellhop failed for bot${TOKEN}`);
  const line = logged({ err: new Error('outer', { cause: new Error('middle', { cause: innermost }) }) });

  expect(line).not.toContain(TOKEN);
  expect(line).not.toContain('hunter2');
  const cleaned = { message: 'connect to postgres://<credentials>@db/bellhop failed for bot<token>' };
  expect(JSON.parse(line)).toMatchObject({ err: { message: 'outer', cause: { message: 'middle', cause: cleaned } } });
});

test('a circle of causes ends', () => {
  const first = new Error('first');
  const second = new Error('second', { cause: first });
  first.cause = second;

  expect(JSON.parse(logged({ err: first }))).toMatchObject({ err: { message: 'first', cause: { message: 'second' } } });
});

test('a message of several lines does not come back through the stack', () => {
  const line = logged({ err: new Error(`first\n${CUSTOMER_TEXT}`) }, 'failed');

  expect(line).toContain('log.test.ts');
  expect(line.split(CUSTOMER_TEXT)).toHaveLength(2);
});

test.each([
  ['text', `bot${TOKEN} was refused`, 'bot<token> was refused'],
  ['a number', 7, '7'],
  ['null', null, 'null'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
])('%s thrown instead of an error is written as a message', (_, thrown, message) => {
  expect(JSON.parse(logged({ err: thrown }))).toMatchObject({ level: 'error', err: { message } });
});

test('an object thrown instead of an error keeps its code and loses the rest', () => {
  const thrown = Object.assign(Object.create(null), { code: 'ODD', description: `bot${TOKEN}`, text: CUSTOMER_TEXT });

  expect(JSON.parse(logged({ err: thrown }))).toMatchObject({ err: { code: 'ODD', description: 'bot<token>' } });
  expect(logged({ err: thrown })).not.toContain(CUSTOMER_TEXT);
});

test('what only resembles credentials stays as it is', () => {
  const fields = {
    url: 'https://chatwoot.example.com',
    email: 'ana@example.com',
    time: '2026-11-22T10:00:00Z',
    id: '12345:6',
  };

  expect(JSON.parse(logged(fields))).toMatchObject(fields);
});

function logged(value: unknown, message?: string): string {
  return written((log) => log.error(value, message));
}

function written(write: (log: Log) => void): string {
  const lines: string[] = [];
  write(createLog('info', { pretty: false, destination: { write: (line) => lines.push(line) } }));
  expect(lines).toHaveLength(1);
  return lines.join('');
}

async function sendThrough(apiRoot: string, client: { sensitiveLogs?: boolean } = {}): Promise<unknown> {
  return new Bot(TOKEN, { client: { apiRoot, ...client } }).api.sendMessage(1, CUSTOMER_TEXT);
}

async function handleMessage(apiRoot: string): Promise<void> {
  const bot = new Bot(TOKEN, { client: { apiRoot }, botInfo: BOT });
  bot.on('message', (context) => context.reply('hello'));
  const chat = { id: 1, type: 'private', first_name: 'Ana' } as const;
  await bot.handleUpdate({ update_id: 1, message: { message_id: 1, date: 0, chat, from: ANA, text: CUSTOMER_TEXT } });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it was expected to fail');
}

/** The address of a port that was free a moment ago. */
async function unreachable(): Promise<string> {
  const socket = createSocket();
  const port = await listen(socket);
  await new Promise((resolve) => socket.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
