import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { alertOf, range } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben, carla, supportTeam: chatId } = SEED;

/** A group in which a lead has set that only whoever asked sees an answer. */
async function startTeam({ onTestFinished }: TestContext, { isAdmin }: { isAdmin: boolean }) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const { sandbox } = product;
  if (isAdmin) sandbox.promote(chatId, sandbox.bot.id);
  const team = openChat(product);
  const screen = await team.ask('/settings', carla);
  expect(screen.text).toContain('Answers to commands here: everyone sees them');
  expect(await team.pressUnder(screen, 'Answer only whoever asked', carla)).toBe('Changed');
  await team.waitForText('only whoever asked sees them');
  /** The newest answer that this person alone sees. */
  const forOne = (by: number) =>
    sandbox.waitFor(() => team.messages().findLast(({ ephemeralFor, from }) => ephemeralFor === by && from.is_bot));
  return { product, sandbox, team, screen, forOne };
}

test('lists, numbers and errors are shown to whoever asked; pages turn for them alone; cards stay for everyone', async (context) => {
  const { product, sandbox, team, forOne } = await startTeam(context, { isAdmin: true });
  for (const conversation of range(1, 12)) await postAlert(product, alertOf(conversation, 'high'));
  await quiet(product);
  for (const [command, words] of [
    ['/open', 'Open: 12'],
    ['/open nosuchtag', 'nosuchtag'],
    ['/ack 999', 'no incidence #999'],
    ['/stats', 'today'],
  ] as const) {
    expect(await team.ask(command, ben)).toMatchObject({ ephemeralFor: ben });
    expect((await forOne(ben)).text?.toLowerCase()).toContain(words.toLowerCase());
  }
  const list = await team.ask('/open', ana);
  const { message_id: messageId, text } = list;
  await sandbox.press({ chatId, messageId, button: '›', by: ana });
  await sandbox.waitFor(() => sandbox.message(chatId, messageId)?.text !== text);
  const [, number = ''] = /#(\d+)/.exec(list.text ?? '') ?? [];
  const cards = () => team.messages().filter((one) => one.text?.includes(`#${number} · open`));
  const { length } = cards();
  await team.ask(`/incidence ${number}`, ben);
  expect(cards().slice(length)).toEqual([expect.not.objectContaining({ ephemeralFor: ben })]);
  expect(product.sandbox.refusals).toEqual([]);
});

test('where Bellhop is no admin: everyone sees the answer, Telegram is not asked each time, and a press works', async (context) => {
  const { product, sandbox, team } = await startTeam(context, { isAdmin: false });
  const { body } = await postAlert(product, alertOf(1));
  await quiet(product);
  for (const command of ['/open', '/stats']) {
    expect(await team.ask(command, ana)).not.toHaveProperty('ephemeralFor');
  }
  expect(sandbox.refusals.map(({ description }) => description)).toEqual([
    'Bad Request: not enough rights to send ephemeral messages to the chat',
  ]);
  expect(await team.press(Number(body['incidence_id']), 'Acknowledge', ana)).toContain('yours');
});

test('a command that only Bellhop sees gets an answer that only its author sees, whatever is set', async (context) => {
  const product = await startProduct();
  context.onTestFinished(() => product.stop());
  const team = openChat(product);
  product.sandbox.type({ chatId, by: ana, text: '/open', ephemeral: true });
  const answer = await team.waitForText('nothing is open');
  expect(answer).toMatchObject({ ephemeralFor: ana });
  expect(product.sandbox.refusals).toEqual([]);
});

test('agents do not change it, and everyone sees answers again', async (context) => {
  const { product, team, screen } = await startTeam(context, { isAdmin: true });
  expect(await team.pressUnder(screen, 'Answer for everyone', ana)).toContain('Only leads');
  expect(await team.pressUnder(screen, 'Answer for everyone', carla)).toBe('Changed');
  expect(await team.ask('/open', ana)).not.toHaveProperty('ephemeralFor');
  expect((await team.ask('/settings', carla)).text).toMatch(/answers in chat -?\d+ for everyone, by Carla/);
  expect(product.sandbox.refusals).toEqual([]);
});
