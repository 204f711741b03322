import { expect, test, type TestContext } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { postAlert, startProduct } from './support/product.ts';
import { startDetour } from './support/detour.ts';
import { alertOf, startWorld } from './support/world.ts';

const { ana, carla, forum, supportTeam } = SEED;
const bySeverity = 'One topic per severity';

async function startInForum({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const { sandbox } = product;
  const desk = openChat(product, forum);
  const screen = await desk.ask('/setup', carla);
  const topicNames = () =>
    [
      ...(sandbox
        .chats()
        .find(({ id }) => id === forum)
        ?.topics.values() ?? []),
    ].map(({ name }) => name);
  const topicOf = (name: string) =>
    [
      ...(sandbox
        .chats()
        .find(({ id }) => id === forum)
        ?.topics.values() ?? []),
    ].find((topic) => topic.name === name)?.threadId ?? 0;
  return {
    product,
    sandbox,
    desk,
    screen,
    topicNames,
    inTopic: (name: string) => openChat(product, forum, topicOf(name)),
  };
}

test('in a forum /setup creates a topic per severity, and each alert comes to its own', async (context) => {
  const { product, desk, screen, topicNames, inTopic } = await startInForum(context);
  expect(buttonsOf(screen)).toContain('One topic per source');
  expect(await desk.pressUnder(screen, bySeverity, carla)).toBe('Creating the topics…');
  const done = await desk.waitForText('Created with their routes: Critical, High, Medium, Low');
  expect(topicNames().slice(-4)).toEqual(['Critical', 'High', 'Medium', 'Low']);
  await postAlert(product, alertOf(1, 'critical'));
  await postAlert(product, alertOf(2, 'low'));
  await inTopic('Critical').waitForText('Conversation ID: #1');
  await inTopic('Low').waitForText('Conversation ID: #2');
  expect(
    openChat(product, supportTeam)
      .messages()
      .filter(({ text }) => text?.includes('Conversation ID')),
  ).toEqual([]);
  expect((await desk.ask('/routes', carla)).text).toContain('Support desk › Critical');

  expect(await desk.pressUnder(done, bySeverity, carla)).toBe('Creating the topics…');
  await desk.waitForText('already exist');
  expect(topicNames()).toHaveLength(7);
  expect(await desk.pressUnder(done, bySeverity, ana)).toBe('Only admins can set up where alerts go.');
});

test('a topic per source; a group without topics, or a bot without the right, offers none', async (context) => {
  const { product, sandbox, desk, screen, inTopic } = await startInForum(context);
  await desk.pressUnder(screen, 'One topic per source', carla);
  await desk.waitForText('Created with their routes: Chatwoot, Tawk.to');
  await postAlert(product, alertOf(1));
  await inTopic('Chatwoot').waitForText('Conversation ID: #1');

  expect(buttonsOf(await openChat(product, supportTeam).ask('/setup', carla))).not.toContain(bySeverity);
  sandbox.promote(forum, sandbox.bot.id, { can_manage_topics: false });
  expect(buttonsOf(await desk.ask('/setup', carla))).not.toContain(bySeverity);
});

test('what is interrupted is completed by pressing again', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  const product = await startProduct({ ...world, env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  context.onTestFinished(() => product.stop());
  const desk = openChat(product, forum);
  let calls = 0;
  detour.before = async ({ method }) => {
    if (method !== 'createForumTopic' || (calls += 1) < 3) return undefined;
    return { error_code: 400, description: 'Bad Request: not enough rights to create a topic' };
  };
  const screen = await desk.ask('/setup', carla);
  await desk.pressUnder(screen, bySeverity, carla);
  const refused = await desk.waitForText('Telegram refuses to create more topics');
  expect(refused.text).toContain('Created with their routes: Critical, High');
  detour.before = undefined;
  await desk.pressUnder(screen, bySeverity, carla);
  await desk.waitForText('Created with their routes: Medium, Low');
  expect(await product.rows('select 1 from routes')).toHaveLength(4);
});
