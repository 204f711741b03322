import { expect, test, type TestContext, vi } from 'vitest';
import type { Message } from 'telegram-sandbox';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { postAlert, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { alertOf, found, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben, carla, dmitri, supportTeam, forum, topics } = SEED;

/** Products without a chat and an admin, on one database and Telegram; each start prints into `printed`. */
async function startUnpaired(context: TestContext, env: Readonly<Record<string, string>> = {}) {
  const world = await startWorld(context);
  for (const chatId of [supportTeam, forum]) world.sandbox.kickBot(chatId);
  const printed: string[] = [];
  const start = async (more: Readonly<Record<string, string>> = {}) => {
    const product = await startProduct({
      ...world,
      env: { TELEGRAM_CHAT_ID: '', TELEGRAM_ADMIN_IDS: '', ...env, ...more },
      print: (line) => printed.push(line),
    });
    const end = { isStopped: false };
    const stop = async () => {
      if (!end.isStopped) await product.stop();
      end.isStopped = true;
    };
    context.onTestFinished(stop);
    return { ...product, stop, alone: (id: number) => openChat(product, id), team: openChat(product) };
  };
  const code = async (nth = 0) => {
    const line = await waitUntil(async () => printed[nth] ?? false);
    return /^To begin, open https:\/\/t\.me\/bellhop_bot\?start=([\w-]{20,64})$/.exec(line)?.[1] ?? line;
  };
  return { world, printed, start, code };
}

type Started = Awaited<ReturnType<Awaited<ReturnType<typeof startUnpaired>>['start']>>;

async function pair({ alone }: Started, code: string, by: number): Promise<string> {
  return (await alone(by).ask(`/start ${code}`, by)).text ?? '';
}

const link = (message: Message) =>
  (message.reply_markup?.inline_keyboard ?? []).flat().find(({ url }) => url !== undefined)?.url;
const setupIn = ({ sandbox }: Started, chatId: number, words = 'Setup') =>
  sandbox.waitFor(() => sandbox.messages(chatId).findLast(({ text }) => text?.includes(words)), { what: words });

test('from a token alone to the first card: the printed link, the group, the button, and what came before', async (context) => {
  const { world, printed, start, code } = await startUnpaired(context);
  const product = await start();
  for (const [conversation, severity] of [
    [1, 'low'],
    [2, 'critical'],
    [3, 'medium'],
  ] as const)
    expect((await postAlert(product, alertOf(conversation, severity))).status).toBeLessThan(300);

  const welcome = await product.alone(carla).ask(`/start ${await code()}`, carla);
  expect(welcome.text).toContain('You are now the admin');
  expect(link(welcome)).toBe('https://t.me/bellhop_bot?startgroup=setup');
  expect(printed).toHaveLength(1);

  world.sandbox.addBot(supportTeam, { by: carla, startGroup: 'setup' });
  const screen = await setupIn(product, supportTeam);
  expect(screen.text).toContain("I'm not an admin here");
  expect(screen.text).toContain('No chat receives alerts yet');
  expect(buttonsOf(screen)).toEqual(['Send alerts here', 'Send a test card', 'Check again']);
  expect(await product.team.pressUnder(screen, 'Send alerts here', carla)).toBe('Alerts come here from now on');
  await product.team.waitForText('Conversation ID: #1');
  const cards = product.team.messages().flatMap(({ text }) => /Conversation ID: #(\d)/.exec(text ?? '')?.[1] ?? []);
  expect(cards).toEqual(['2', '3', '1']);
  const after = await setupIn(product, supportTeam, 'Alerts come here.');
  expect(buttonsOf(after)).toEqual(['Stop sending here', 'Send a test card', 'Check again']);
  expect(product.team.messages().filter(({ text }) => text?.includes('Setup:'))).toHaveLength(1);

  const card = product.team.messages().find(({ text }) => text?.includes('Conversation ID: #2'));
  if (!card) throw new Error('no card');
  expect(await product.team.pressUnder(card, 'Acknowledge', ana)).toBe('#2 is yours');
  expect(world.sandbox.refusals.filter(({ method }) => method !== 'setMyCommands')).toEqual([]);

  await product.stop();
  const again = await start();
  await postAlert(again, alertOf(4));
  await again.team.waitForText('Conversation ID: #4');
  expect(printed).toHaveLength(1);
});

test('the link works once, for the first who opens it, and is another at each start until then', async (context) => {
  const { world, printed, start, code } = await startUnpaired(context);
  const first = await start();
  const old = await code();
  await first.stop();
  const product = await start();
  const fresh = await code(1);
  expect(fresh).not.toBe(old);
  expect(await pair(product, old, dmitri)).toContain('has been used, has expired or is incomplete');
  expect(await pair(product, 'nonsense', dmitri)).toContain('has been used, has expired or is incomplete');
  const stored = JSON.stringify(await world.rows('select * from settings'));
  expect(stored).not.toContain(fresh);

  const both = await Promise.all([pair(product, fresh, ana), pair(product, fresh, ben)]);
  expect(both.filter((text) => text.includes('now the admin'))).toHaveLength(1);
  expect(await world.rows("select 1 from people where role = 'admin'")).toHaveLength(1);
  await product.stop();
  const third = await start();
  expect(await pair(third, fresh, dmitri)).toContain('has been used');
  expect(printed).toHaveLength(2);
});

test.for([{ TELEGRAM_CHAT_ID: String(supportTeam) }, { TELEGRAM_ADMIN_IDS: String(carla) }])(
  'with %o nothing is to be begun: no link, and that of an earlier start counts no more',
  async (env, context) => {
    const { world, printed, start, code } = await startUnpaired(context);
    const unpaired = await start();
    const old = await code();
    await unpaired.stop();
    const product = await start(env);
    expect(await pair(product, old, dmitri)).toContain('has been used');
    expect(await world.rows("select 1 from people where role = 'admin'")).toEqual([]);
    expect(printed).toHaveLength(1);
  },
);

test('somebody else adds the bot: an admin must type /setup, which says what is missing and what for', async (context) => {
  const { world, start } = await startUnpaired(context, { TELEGRAM_ADMIN_IDS: String(carla) });
  const product = await start();
  world.sandbox.addBot(forum, { by: ben, rights: { can_manage_topics: false } });
  const hello = await setupIn(product, forum, 'customer conversations');
  expect(hello.text).toContain('a Bellhop admin must type /setup');
  expect(buttonsOf(hello)).toEqual([]);

  const topic = openChat(product, forum, topics.urgent);
  expect((await topic.ask('/setup', ben)).text).toContain('Only');
  const screen = await topic.ask('/setup', carla);
  expect(screen.text).toContain('✅ I can write here');
  expect(screen.text).toContain("⚠️ I don't have the right “Manage topics”, so I can't write in closed topics");
  expect(await topic.pressUnder(screen, 'Send alerts here', ben)).not.toContain('from now on');
  expect(await topic.pressUnder(screen, 'Send alerts here', carla)).toBe('Alerts come here from now on');
  await postAlert(product, alertOf(1));
  await topic.waitForText('Conversation ID: #1');

  world.sandbox.promote(forum, world.sandbox.bot.id, { can_manage_topics: true });
  expect(await topic.pressUnder(screen, 'Check again', carla)).toBe('Checked');
  await topic.waitForText('✅ I can manage topics');
  expect(await topic.pressUnder(screen, 'Send a test card', carla)).toBe('A test card is on its way');
  await topic.waitForText('Test alert');
  expect(await topic.pressUnder(screen, 'Stop sending here', carla)).toBe('Alerts no longer come here');
  await postAlert(product, alertOf(2));
  await found(world, "select 1 from incidences where external_id = '2'");
  expect(await world.rows("select 1 from deliveries where state = 'waiting'")).toEqual([]);
  expect(await topic.pressUnder(screen, 'Send alerts here', carla)).toBe('Alerts come here from now on');
  await topic.waitForText('Conversation ID: #2');

  const list = (await product.alone(carla).ask('/setup', carla)).text;
  expect(list).toContain('Type /setup in the group or topic');
});

test('TELEGRAM_CHAT_ID comes before a choice made in Telegram, and /setup says so', async (context) => {
  const { world, start } = await startUnpaired(context, { TELEGRAM_ADMIN_IDS: String(carla) });
  const first = await start();
  world.sandbox.addBot(supportTeam, { by: carla });
  const screen = await setupIn(first, supportTeam);
  await first.team.pressUnder(screen, 'Send alerts here', carla);
  await first.stop();
  world.sandbox.addBot(forum, { by: carla });
  const product = await start({ TELEGRAM_CHAT_ID: String(forum) });
  const asked = await product.team.ask('/setup', carla);
  expect(asked.text).toContain(`Alerts go to ${forum}, as TELEGRAM_CHAT_ID says`);
  expect(buttonsOf(asked)).toEqual(['Send a test card', 'Check again']);
  expect(await product.team.pressUnder(screen, 'Stop sending here', carla)).toContain('TELEGRAM_CHAT_ID decides');
  await postAlert(product, alertOf(1));
  await openChat(product, forum).waitForText('Conversation ID: #1');
  expect((await openChat(product, forum).ask('/setup', carla)).text).toContain('Alerts come here, as TELEGRAM_CHAT_ID');
});

test('the bot is removed and comes back: the admin is told at once, then the group', async (context) => {
  const { world, start } = await startUnpaired(context, { TELEGRAM_ADMIN_IDS: String(carla) });
  const product = await start();
  world.sandbox.addBot(supportTeam, { by: carla });
  await product.team.pressUnder(await setupIn(product, supportTeam), 'Send alerts here', carla);
  world.sandbox.kickBot(supportTeam, carla);
  const told = await product.alone(carla).waitForText("I can't send messages to the team chat");
  expect(told.text).toContain('the bot was removed from “Support team”');
  await postAlert(product, alertOf(1));
  await product.alone(carla).waitForText('Conversation ID: #1');

  world.sandbox.addBot(supportTeam, { by: ben });
  await product.team.waitForText("I'm back");
  await product.team.waitForText('Conversation ID: #1');
});

test('a paired group that becomes a supergroup is followed at once, and told', async (context) => {
  const { world, start } = await startUnpaired(context, { TELEGRAM_ADMIN_IDS: String(carla) });
  const group = world.sandbox.addChat({ type: 'group', title: 'Small team', owner: carla, members: [ana] });
  const product = await start();
  const small = openChat(product, group.id);
  await small.pressUnder(await small.ask('/setup', carla), 'Send alerts here', carla);
  await postAlert(product, alertOf(1));
  await small.waitForText('Conversation ID: #1');
  const moved = world.sandbox.migrate(group.id);
  const supergroup = openChat(product, moved.id);
  await supergroup.waitForText('made this group a supergroup');
  await supergroup.waitForText('Conversation ID: #1');
  expect((await supergroup.ask('/setup', carla)).text).toContain('Alerts come here.');
  await product.stop();
  const again = await start();
  await postAlert(again, alertOf(2));
  await openChat(again, moved.id).waitForText('Conversation ID: #2');
});

test('an anonymous admin is told how to act', async (context) => {
  const { world, start } = await startUnpaired(context, { TELEGRAM_ADMIN_IDS: String(carla) });
  const product = await start();
  world.sandbox.setAnonymous(supportTeam, carla, true);
  world.sandbox.addBot(supportTeam, { by: carla });
  await setupIn(product, supportTeam, 'a Bellhop admin must type /setup');
  const refused = (await product.team.ask('/setup', carla)).text;
  expect(refused).toContain('Turn off "Remain anonymous"');
  expect(refused).toContain('private chat');
});
