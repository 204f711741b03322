import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { startDetour } from './support/detour.ts';
import {
  post,
  postAlert,
  postTawk,
  type Product,
  type ProductOptions,
  secrets,
  startProduct,
} from './support/product.ts';
import { alertOf, allShown, found, nothingWaits, postAlerts, startWorld, type World } from './support/world.ts';
import { patiently } from './support/wait.ts';

// Refusals that are about one thing, and must not silence the whole chat.
vi.setConfig({ testTimeout: 120_000 });
const team = SEED.supportTeam;
const { urgent, chats } = SEED.topics;

async function start(world: World, options: ProductOptions = {}): Promise<Product> {
  const product = await startProduct({ sandbox: world.sandbox, databaseUrl: world.databaseUrl, ...options });
  world.atEnd(() => product.stop());
  return product;
}

const texts = ({ sandbox }: World, chatId: number, threadId?: number) =>
  sandbox.messages(chatId, threadId).map(({ text }) => text ?? '');
const isReady = async (product: Product) => (await fetch(`${product.baseUrl}/ready`)).status === 200;

test.concurrent('a closed topic where a copy of a card stands stops nothing in the topic that is ours', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  sandbox.demote(SEED.forum, sandbox.bot.id);
  const product = await start(world, { env: { TELEGRAM_CHAT_ID: `${SEED.forum}:${urgent}` } });
  await postAlert(product, alertOf(1, 'medium'));
  sandbox.type({ chatId: SEED.forum, threadId: chats, by: SEED.ana, text: '/incidence 1' });
  await sandbox.waitFor(() => texts(world, SEED.forum, chats).some((text) => text.includes('#1 · open')), patiently);
  sandbox.closeTopic(SEED.forum, chats);

  await postAlert(product, alertOf(1, 'critical'));
  await postAlert(product, alertOf(2));
  const urgently = () => texts(world, SEED.forum, urgent);
  await sandbox.waitFor(() => urgently().some((text) => text.includes('Conversation ID: #2')), patiently);
  await sandbox.waitFor(() => urgently().some((text) => text.includes('#1 is now CRITICAL')), patiently);
  await nothingWaits(world);
  expect(await world.rows('select thread_id as "threadId" from cards where gone_at is not null')).toEqual([
    { threadId: chats },
  ]);
  expect(await isReady(product)).toBe(true);
});

test.concurrent('where files are forbidden a transcript says so in words, and the chat is not lost', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  detour.before = async ({ method }) =>
    method === 'sendDocument'
      ? { error_code: 400, description: 'Bad Request: not enough rights to send documents to the chat' }
      : undefined;
  const product = await start(world, { env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  await postAlerts(product, [1]);
  await nothingWaits(world);
  await world.rows(`insert into transcripts (incidence_id, stored_at) values (1, now())`);
  await world.rows(
    `insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
     values ($1, 'transcript', 'incidence:1', 1, $2, 5, now(), now())`,
    `telegram:${team}`,
    { chatId: team, threadId: null },
  );
  const told = () => texts(world, team).find((text) => text.includes('Files are not allowed in this chat'));
  expect(await world.sandbox.waitFor(told, patiently)).toMatch(/^📄 Transcript of #1\n[\s\S]+me \/transcript 1/);
  await nothingWaits(world);
  expect(await isReady(product)).toBe(true);
  expect(texts(world, SEED.carla)).toEqual([]);
});

test.concurrent('a link Telegram does not take costs its button and not the card', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  detour.before = async ({ method, params }) =>
    method === 'sendMessage' && JSON.stringify(params['reply_markup'] ?? '').includes('url')
      ? {
          error_code: 400,
          description: "Bad Request: inline keyboard button URL 'https://x.test' is invalid: Wrong HTTP URL",
        }
      : undefined;
  const product = await start(world, { env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  await postAlert(product, { ...alertOf(1), chatwoot_url: 'https://x.test/1' });
  await allShown(world.sandbox, [1]);
  const [card] = world.sandbox.messages(team);
  const buttons = card?.reply_markup?.inline_keyboard?.flat() ?? [];
  expect(buttons.map(({ text }) => text)).toEqual(['Acknowledge', 'Close', 'Tag', 'More…']);
});

test.concurrent('an admin who blocks the bot silences nobody else, and no admin is notified of a lost chat', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world, { env: { TELEGRAM_ADMIN_IDS: `${SEED.carla},${SEED.ben}` } });
  await postAlert(product, alertOf(1, 'medium'));
  sandbox.type({ chatId: SEED.carla, by: SEED.carla, text: '/incidence 1' });
  await sandbox.waitFor(() => texts(world, SEED.carla).some((text) => text.includes('#1 · open')), patiently);
  sandbox.block(SEED.carla);

  await postAlert(product, alertOf(1, 'critical'));
  await found(world, `select 1 from lanes where lane = $1 and lost_at is not null`, `telegram:${SEED.carla}`);
  await postAlerts(product, [2]);
  await allShown(sandbox, [1, 2]);
  expect(await isReady(product)).toBe(true);
  expect(texts(world, SEED.ben)).toEqual([]);
});

test.concurrent('what gets worse while the chat is lost reaches the admins; a test there says why it fails, each time', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const product = await start(world);
  await postAlert(product, alertOf(1, 'medium'));
  sandbox.kickBot(team);
  await postAlert(product, alertOf(1, 'critical'));
  await sandbox.waitFor(() => texts(world, SEED.carla).some((text) => text.includes('ALERT - CRITICAL')), patiently);
  for (let time = 0; time < 2; time += 1) {
    const authorization = `Bearer ${secrets.alertKey}`;
    const { status, body } = await post(`${product.baseUrl}/api/v1/chatwoot/test`, '', { authorization });
    expect([status, body['message']]).toEqual([502, expect.stringContaining('kicked')]);
  }
});

test.concurrent.for([
  { name: 'another admin', admins: [SEED.carla, SEED.ben], reader: SEED.ben },
  { name: "the team's chat", admins: [SEED.carla], reader: team },
])(
  'a notice to an admin who blocked the bot is tried once, then goes to $name',
  async ({ admins, reader }, context) => {
    const world = await startWorld(context);
    const { sandbox } = world;
    sandbox.block(SEED.carla);
    const product = await start(world, { env: { TELEGRAM_ADMIN_IDS: admins.join() } });
    await postTawk(product, JSON.stringify({ event: 'chat:unheard_of' }));
    await sandbox.waitFor(() => texts(world, reader).some((text) => text.includes('chat:unheard_of')), patiently);
    await nothingWaits(world);
    const attempts = await world.rows('select 1 from delivery_attempts where lane = $1', `telegram:${SEED.carla}`);
    expect(attempts).toHaveLength(1);
    expect(texts(world, reader).filter((text) => text.includes('chat:unheard_of'))).toHaveLength(1);
    expect(await isReady(product)).toBe(true);
  },
);
