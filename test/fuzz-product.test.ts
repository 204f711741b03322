import { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { createLog } from '../src/log.ts';
import { openChat } from './support/chat.ts';
import { type SourceOfBodies, sourcesOfBodies } from './support/fuzz/bodies.ts';
import { mutated, nastyText } from './support/fuzz/mutate.ts';
import {
  type Answered,
  post,
  postAlert,
  postChatwoot,
  postTawk,
  type Product,
  quiet,
  secrets,
  startProduct,
  startSandbox,
  useWebhooks,
} from './support/product.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 180_000 });

const secret = 'fuzz-webhook-secret';
/** Since the test began. */
const failures: string[] = [];
let refusedBefore = 0;
let product: Product;

beforeAll(async () => {
  const sandbox = await startSandbox();
  await useWebhooks(sandbox);
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      failures.push(line.toString());
      done();
    },
  });
  product = await startProduct({
    sandbox,
    env: { TELEGRAM_WEBHOOK_SECRET: secret, TAWK_CONTEXT_KEY: 'fuzz-context-key' },
    log: createLog('error', { pretty: false, destination }),
  });
});
afterAll(async () => {
  await product.stop();
  await product.sandbox.stop();
});

beforeEach(() => {
  failures.length = 0;
  refusedBefore = product.sandbox.refusals.length;
});

/**
 * What Telegram refused although it was ours to say it right. The bot may not delete what people wrote, and whoever presses
 * "create topics" in a group that has none any more is answered with Telegram's reason.
 */
const mayBeRefused = ['deleteMessage', 'createForumTopic'];

function refused(): unknown[] {
  const ours = product.sandbox.refusals.slice(refusedBefore).filter(({ method }) => !mayBeRefused.includes(method));
  return ours.map(({ method, description, params }) => [method, description, params['text']]);
}

test('whatever is posted is stored and shown, or refused with a reason', async () => {
  const ways: Readonly<Record<Exclude<SourceOfBodies, 'import' | 'context'>, (body: Buffer) => Promise<Answered>>> = {
    chatwoot: (body) => postChatwoot(product, body),
    tawk: (body) => postTawk(product, body),
    alert: (body) =>
      post(`${product.baseUrl}/api/v1/chatwoot/alerts`, body, { authorization: `Bearer ${secrets.alertKey}` }),
  };
  for (const [name, send] of Object.entries(ways)) {
    const bodies = fc.sample(sourcesOfBodies[name as SourceOfBodies].bodies, { numRuns: 80, seed: inject('seed') });
    while (bodies.length > 0) {
      const answers = await Promise.all(bodies.splice(0, 10).map(send));
      for (const { status, body } of answers) expect([200, 202, 400, 413, 422], JSON.stringify(body)).toContain(status);
    }
  }
  await quiet(product);
  expect(await product.rows(`select id, reason from inbound_events where state in ('stored', 'failed')`)).toEqual([]);
  expect(await product.rows(`select kind, reason from deliveries where state = 'dead' or plain`)).toEqual([]);
  expect(refused()).toEqual([]);
  expect(failures).toEqual([]);
  const { status } = await postAlert(product, {
    severity: 'low',
    reason: 'CHECK',
    conversation_id: 'alive',
    message: 'Still alive',
  });
  expect(status).toBe(200);
});

test('whatever Telegram posts, the next press is answered', async () => {
  const bodies = fc.sample(mutated(updates), { numRuns: 200, seed: inject('seed') });
  for (const [index, body] of bodies.entries()) {
    const { status } = await post(`${product.baseUrl}/telegram/webhook`, numbered(body, 5_000_000 + index), {
      'x-telegram-bot-api-secret-token': secret,
    });
    expect([200, 400]).toContain(status);
  }
  await allHandled();
  const { body } = await postAlert(product, {
    severity: 'high',
    reason: 'CHECK',
    conversation_id: 'last',
    message: 'Last',
  });
  const id = Number(body['incidence_id']);
  const team = openChat(product);
  await team.waitForCard(id, 'Last');
  expect(await team.press(id, 'Acknowledge')).toBe(`#${id} is yours`);
});

const commands =
  'open mine incidence ack close tag transcript why failed whoami help start cancel stats find assign snooze severity note undo reply onduty offduty duty route routes settings quiet mute escalation team role invite export link setup dashboard severity_words';

test('whatever is typed or pressed is answered without an error', async () => {
  await postAlert(product, { severity: 'high', reason: 'CHECK', conversation_id: 'pressed', message: 'Press me' });
  const [card] = openChat(product).messages();
  const seed = inject('seed');
  const words = fc.array(fc.oneof(fc.constantFrom('1', '2', '7d', 'high+', 'Ana', '2h', 'tag:vip'), nastyText), {
    maxLength: 4,
  });
  const texts = fc.sample(fc.tuple(fc.constantFrom(...commands.split(' ')), words), { numRuns: 150, seed });
  for (const [index, [command, typed]] of texts.entries()) {
    const text = `/${command} ${typed.join(' ')}`.toWellFormed().slice(0, 4_000);
    const by = index % 5 === 0 ? SEED.ana : SEED.carla;
    product.sandbox.type({ chatId: index % 3 === 0 ? by : SEED.supportTeam, by, text });
  }
  const data = fc.oneof(
    fc
      .tuple(
        fc.stringMatching(/^[a-z0-9]{1,2}$/),
        fc.nat({ max: 3 }),
        fc.constantFrom('', ':0', ':1:1', ':9', ':7d', '@1'),
      )
      .map(([code, id, rest]) => `${code}:${id}${rest}`),
    nastyText.map((text) => text.toWellFormed().slice(0, 20) || '-'),
  );
  for (const one of fc.sample(data, { numRuns: 150, seed })) {
    const press = { chatId: SEED.supportTeam, messageId: card?.message_id ?? 0, by: SEED.carla };
    expect(await product.sandbox.pressData({ ...press, data: one }), one).toBeDefined();
  }
  await allHandled();
  await quiet(product);
  expect(refused()).toEqual([]);
  expect(failures).toEqual([]);
});

const ana = {
  id: SEED.ana,
  is_bot: false,
  first_name: 'Ana',
  last_name: 'Silva',
  username: 'ana_agent',
  language_code: 'en',
};
const chat = { id: SEED.supportTeam, type: 'supergroup', title: 'Support team' };
const message = { message_id: 7_000, date: 1_790_000_000, chat, from: ana };
const command = (text: string) => ({
  ...message,
  text,
  entities: [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]?.length ?? 0 }],
});
/** As Telegram posts them. */
const updates = [
  ...['/open high', '/stats 7d agent', '/find refund', '/close 1 spam', '/tag 1 vip', '/routes'].map((text) => ({
    update_id: 1,
    message: command(text),
  })),
  {
    update_id: 1,
    message: {
      ...message,
      text: 'A reply',
      reply_to_message: { ...message, message_id: 1, from: { ...ana, is_bot: true } },
    },
  },
  {
    update_id: 1,
    message: {
      ...message,
      voice: { file_id: 'v', file_unique_id: 'v', duration: 3, mime_type: 'audio/ogg' },
      caption: '/note 1',
    },
  },
  {
    update_id: 1,
    message: { ...message, sender_chat: chat, message_thread_id: 4, is_topic_message: true, text: '/whoami' },
  },
  ...['a:1@1', 'c:1', 'l:1:1:3.17', 'sp:0'].map((data) => ({
    update_id: 1,
    callback_query: {
      id: '1',
      from: ana,
      chat_instance: '1',
      data,
      message: { ...message, message_id: 1, text: '#1 · open' },
    },
  })),
  {
    update_id: 1,
    my_chat_member: {
      chat,
      from: ana,
      date: 1_790_000_000,
      old_chat_member: { user: ana, status: 'member' },
      new_chat_member: { user: ana, status: 'kicked', until_date: 0 },
    },
  },
];

/** With a number of its own, where it has one: a second one of the same number is not handled. */
function numbered(body: Buffer, id: number): Buffer {
  const text = body.toString().replace(/"update_id":1\b/, `"update_id":${id}`);
  return Buffer.from(text);
}

function allHandled(): Promise<unknown> {
  return waitUntil(async () => {
    const waiting = await product.rows('select from telegram_updates where handled_at is null');
    return waiting.length === 0 && product.sandbox.pendingUpdates === 0;
  });
}
