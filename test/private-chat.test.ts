import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { alertOf } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben, carla, dmitri } = SEED;

/** Dmitri is in the team's chat and never started the bot; Ben came by an invitation, Ana and Dmitri did not. */
async function startTeam({ onTestFinished }: TestContext) {
  const clock = createClock('2026-11-26T12:00:00Z');
  const product = await startProduct({ now: clock.now });
  onTestFinished(() => product.stop());
  const { sandbox } = product;
  sandbox.join(SEED.supportTeam, dmitri);
  const team = openChat(product);
  const privately = (person: number) => openChat(product, person);
  await privately(carla).ask('/invite agent', carla);
  const code = /start=([\w-]{32})/.exec((await privately(carla).waitForText('?start=')).text ?? '')?.[1];
  await privately(ben).ask(`/start ${code}`, ben);
  for (const person of [ana, ben, carla, dmitri]) await team.ask('/whoami', person);
  const opened = async (conversation: number) => {
    const { body } = await postAlert(product, alertOf(conversation));
    await quiet(product);
    return Number(body['incidence_id']);
  };
  /** Ana holds an incidence and leaves; `others` are on duty. */
  const handOver = async (conversation: number, others: readonly number[]) => {
    const id = await opened(conversation);
    for (const person of [ana, ...others]) await team.ask('/onduty', person);
    await team.press(id, 'Acknowledge', ana);
    await team.ask('/offduty', ana);
    await quiet(product);
    return id;
  };
  return { clock, product, sandbox, team, privately, opened, handOver };
}

test('a hand-over comes in private to those on duty, where I have it takes it and /mine lists it', async (context) => {
  const { product, team, privately, handOver } = await startTeam(context);
  const id = await handOver(1, [ben]);
  const copy = await privately(ben).waitForText('Ana hands over 1 incidence');
  expect(buttonsOf(copy)).toEqual(['I have it']);
  for (const person of [ana, carla])
    expect(
      privately(person)
        .messages()
        .map(({ text }) => text),
      `to ${person}`,
    ).not.toContainEqual(expect.stringContaining('hands over'));
  expect(await privately(ben).pressUnder(copy, 'I have it', ben)).toBe('It is yours');
  await privately(ben).waitForText('Ben has what Ana handed over');
  await quiet(product);
  await team.waitForText('Ben has what Ana handed over');
  expect(team.state(id)).toContain('acknowledged by Ben');
  expect((await privately(ben).ask('/mine', ben)).text).toContain(`#${id}`);
  expect(product.sandbox.refusals).toEqual([]);
});

test('with nobody else on duty it comes to the leads; a press that comes late says who has it', async (context) => {
  const { product, team, privately, handOver } = await startTeam(context);
  await handOver(1, []);
  const copy = await privately(carla).waitForText('Ana hands over 1 incidence');
  await team.pressUnder(await team.waitForText('Ana hands over 1 incidence'), 'I have it', ben);
  expect(await privately(carla).pressUnder(copy, 'I have it', carla)).toBe('Already taken by Ben');
  await privately(carla).waitForText('Ben has what Ana handed over');
  expect(product.sandbox.refusals).toEqual([]);
});

test('who may act only in the team chat gets the hand-over without a button that would refuse them', async (context) => {
  const { team, privately, product } = await startTeam(context);
  const { body } = await postAlert(product, alertOf(1));
  await quiet(product);
  await team.ask('/onduty', ben);
  await team.ask('/onduty', ana);
  await team.press(Number(body['incidence_id']), 'Acknowledge', ben);
  await team.ask('/offduty', ben);
  const copy = await privately(ana).waitForText('Ben hands over 1 incidence');
  expect(buttonsOf(copy)).toEqual([]);
  expect(copy.text).toContain('in the team chat');
});

test('who never started the bot is mentioned in the group instead, and told once how to be reached', async (context) => {
  const { product, sandbox, team, handOver } = await startTeam(context);
  const notes = () => team.messages().filter(({ text }) => text?.startsWith('Dmitri\n'));
  await handOver(1, [dmitri]);
  await sandbox.waitFor(() => notes().length === 1, { what: 'a mention of Dmitri' });
  const [first] = notes();
  expect(first?.text).toMatch(
    /^Dmitri\n🤝 What Ana hands over waits for somebody\.\n✉️ I can't write to you in private/,
  );
  expect(first?.entities).toContainEqual(
    expect.objectContaining({ type: 'text_mention', user: expect.objectContaining({ id: dmitri }) }),
  );
  const [[button] = []] = first?.reply_markup?.inline_keyboard ?? [];
  expect(button).toEqual({ text: 'Open the private chat', url: 'https://t.me/bellhop_bot' });
  const card = await team.waitForText('Ana hands over 1 incidence');
  expect(first?.replyTo).toBe(card.message_id);

  await team.pressUnder(card, 'I have it', ben);
  await handOver(2, []);
  await sandbox.waitFor(() => notes().length === 2, { what: 'the second mention' });
  expect(notes()[1]?.text).toBe('Dmitri\n🤝 What Ana hands over waits for somebody.');
  await quiet(product);
  // What could not be sent in private is nobody's failure.
  expect((await team.ask('/failed', carla)).text).toContain('No failed deliveries');
});

test('a reminder to everyone reaches in private whom it can; the others are told once how', async (context) => {
  const { clock, product, team, privately, opened } = await startTeam(context);
  await opened(1);
  await clock.pass(product, 600);
  await team.waitForText('is unacknowledged · 10 min');
  for (const person of [ana, ben, carla]) await privately(person).waitForText('#1 is unacknowledged · 10 min');
  const told = await team.waitForText("I can't write to you in private");
  expect(told.text).toMatch(/^Dmitri\n✉️/);
  await opened(2);
  await clock.pass(product, 600);
  await team.waitForText('#2 is unacknowledged · 10 min');
  await quiet(product);
  const again = team.messages().filter(({ text }) => text?.includes("I can't write to you in private"));
  expect(again).toHaveLength(1);
});

test('who starts the bot after all gets the next one in private', async (context) => {
  const { privately, sandbox, team, handOver } = await startTeam(context);
  await handOver(1, [dmitri]);
  await team.waitForText("I can't write to you in private");
  await privately(dmitri).ask('/start', dmitri);
  await team.pressUnder(await team.waitForText('Ana hands over'), 'I have it', ben);
  await handOver(2, []);
  await privately(dmitri).waitForText('Ana hands over 1 incidence');
  await sandbox.waitFor(() => team.messages().filter(({ text }) => text?.startsWith('Dmitri\n')).length === 1, {
    what: 'the one mention of before',
  });
});
