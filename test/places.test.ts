import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { alertOf, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A product that can be restarted with another TELEGRAM_CHAT_ID on the same database and Telegram. */
async function startMovable(context: TestContext) {
  const world = await startWorld(context);
  const other = world.sandbox.addChat({ type: 'supergroup', title: 'New team', members: [SEED.ana] });
  const start = async (chat: string) => {
    const product = await startProduct({ ...world, env: { TELEGRAM_CHAT_ID: chat } });
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await product.stop();
      isStopped = true;
    };
    context.onTestFinished(stop);
    return { ...product, stop };
  };
  return { world, other, start };
}

test('when TELEGRAM_CHAT_ID changes, the new chat gets every open incidence and the old cards refuse presses', async (context) => {
  const { other, start } = await startMovable(context);
  const first = await start(String(SEED.supportTeam));
  await postAlert(first, alertOf(1));
  await postAlert(first, alertOf(2));
  const old = openChat(first);
  await old.waitForButton(1, 'Acknowledge');
  await old.waitForButton(2, 'Acknowledge');
  expect(await old.press(2, 'Acknowledge')).toBe('#2 is yours');
  await first.stop();

  const second = await start(String(other.id));
  const team = openChat(second, other.id);
  await team.waitForButton(1, 'Acknowledge');
  await team.waitForCard(2, 'acknowledged by');
  expect(await old.press(1, 'Acknowledge')).toContain('has moved to another chat');
  expect(await team.press(1, 'Acknowledge')).toBe('#1 is yours');
  await old.waitForCard(1, 'acknowledged by');
  await second.stop();

  const third = await start(String(other.id));
  await quiet(third);
  expect(team.messages().filter(({ text }) => text?.includes('#1 · '))).toHaveLength(1);
});

test('a topic of the same chat is a place of its own', async (context) => {
  const { start } = await startMovable(context);
  const first = await start(`${SEED.forum}:${SEED.topics.urgent}`);
  await postAlert(first, alertOf(1));
  await openChat(first, SEED.forum, SEED.topics.urgent).waitForButton(1, 'Acknowledge');
  await first.stop();

  const second = await start(`${SEED.forum}:${SEED.topics.chats}`);
  await openChat(second, SEED.forum, SEED.topics.chats).waitForButton(1, 'Acknowledge');
});

test("cards sent to the admins while the team's chat was lost are shown in its replacement", async (context) => {
  const { world, other, start } = await startMovable(context);
  const first = await start(String(SEED.supportTeam));
  world.sandbox.kickBot(SEED.supportTeam);
  await postAlert(first, alertOf(1));
  await openChat(first, SEED.carla).waitForButton(1, 'Acknowledge');
  await first.stop();

  const second = await start(String(other.id));
  await openChat(second, other.id).waitForButton(1, 'Acknowledge');
});

test('a card called up in private does not stand for the card in the chat', async (context) => {
  const { other, start } = await startMovable(context);
  const first = await start(String(SEED.supportTeam));
  await postAlert(first, alertOf(1));
  await openChat(first).waitForButton(1, 'Acknowledge');
  const admin = openChat(first, SEED.carla);
  admin.typed('/incidence 1', SEED.carla);
  await admin.waitForButton(1, 'Acknowledge');
  await first.rows('update cards set gone_at = now() where chat_id = $1', SEED.supportTeam);
  await first.stop();

  const second = await start(String(other.id));
  await openChat(second, other.id).waitForButton(1, 'Acknowledge');
});
