import { afterAll, beforeAll, expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { startWithChatwoot, writtenBack } from './support/chatwoot.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { alertOf, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben } = SEED;
/** A Thursday, 13:00 in Berlin. */
const start = '2026-11-26T12:00:00Z';
const env = { TIMEZONE: 'Europe/Berlin', BUSINESS_HOURS: 'Mon-Fri 09:00-18:00' };

async function startTeam({ onTestFinished }: TestContext) {
  const clock = createClock(start);
  const product = await startProduct({ env, now: clock.now });
  onTestFinished(() => product.stop());
  const team = openChat(product);
  const alert = async (conversation: number) => {
    const { body } = await postAlert(product, alertOf(conversation, 'critical'));
    await quiet(product);
    return Number(body['incidence_id']);
  };
  const said = (words: string) => team.messages().filter(({ text }) => text?.includes(words));
  return { product, team, clock, alert, said, pass: (seconds: number) => clock.pass(product, seconds) };
}

/** For what is only typed and answered. */
let shared: { team: ReturnType<typeof openChat>; alert: () => Promise<number> };
let stop = async () => {};
let conversation = 100;
beforeAll(async () => {
  const product = await startProduct({ env, now: createClock(start).now });
  stop = product.stop;
  shared = {
    team: openChat(product),
    alert: async () => {
      conversation += 1;
      const { body } = await postAlert(product, alertOf(conversation, 'low'));
      await quiet(product);
      return Number(body['incidence_id']);
    },
  };
});
afterAll(() => stop());

test('snoozed by a button: silent until then, then open again, and whoever snoozed it is told', async (context) => {
  const { team, alert, said, pass } = await startTeam(context);
  const id = await alert(1);
  await team.press(id, 'More…');
  await team.waitForButton(id, 'Snooze');
  expect(await team.press(id, 'Snooze')).toBe('Snooze until when?');
  await team.waitForButton(id, '30 min');
  expect(team.buttons(id)).toEqual(['Acknowledge', '30 min', '2 h', 'Tomorrow', 'Monday', '‹ Back']);
  expect(await team.press(id, '30 min')).toBe(`#${id} is snoozed until Thu 13:30`);
  await team.waitForCard(id, `#${id} · snoozed by Ana until Thu 13:30`);
  await team.waitForButton(id, 'More…');

  await pass(1_799);
  expect(said('unacknowledged')).toEqual([]);
  await pass(1);
  expect(team.state(id)).toBe(`#${id} · open`);
  const [note, ...others] = said('is open again: the snooze is over');
  expect(others).toEqual([]);
  expect(note?.replyTo).toBe(team.card(id).message_id);
  expect(note?.entities).toContainEqual(
    expect.objectContaining({ type: 'text_mention', user: expect.objectContaining({ id: ana }) }),
  );
  // The steps begin anew.
  await pass(119);
  expect(said('unacknowledged')).toEqual([]);
  await pass(1);
  expect(said('unacknowledged')).toHaveLength(1);
  const story = (await team.ask(`/why ${id}`)).text ?? '';
  expect(story).toContain('snoozed by Ana until Thu 26 Nov 13:30');
  expect(story).toContain('the snooze is over: open again');
});

test.each([
  ['30m', 'Thu 13:30'],
  ['2h', 'Thu 15:00'],
  ['18:00', 'Thu 18:00'],
  ['9:30', 'Fri 09:30'],
  ['tomorrow', 'Fri 09:00'],
  ['Monday', 'Mon 09:00'],
  ['3d', 'Sun 13:00'],
  ['240h', 'Sun 6 Dec 13:00'],
])('/snooze 42 %s is until %s', async (typed, until) => {
  const { team, alert } = shared;
  const id = await alert();
  expect((await team.ask(`/snooze ${id} ${typed}`)).text).toBe(`#${id} is snoozed until ${until}`);
  await team.waitForCard(id, `#${id} · snoozed by Ana until ${until}`);
});

test.each(['', '42', '42 soon', '42 0m', '42 5s', '42 25:00', '42 31 days', '42 800h', 'tomorrow'])(
  '/snooze %s is answered with an example',
  async (typed) => {
    expect((await shared.team.ask(`/snooze ${typed}`)).text).toContain('For example /snooze 42 tomorrow');
  },
);

test('what somebody acknowledged is open again for everybody; a close, a release or an acknowledgement ends the snooze', async (context) => {
  const { product, team, alert, said, pass } = await startTeam(context);
  const [held, closed, released, taken] = [await alert(1), await alert(2), await alert(3), await alert(4)];
  for (const id of [held, closed, released]) await team.ask(`/ack ${id}`);
  for (const id of [held, closed, released, taken]) await team.ask(`/snooze ${id} 30m`);
  expect(team.state(held)).toBe(`#${held} · snoozed by Ana until Thu 13:30`);
  await team.ask(`/close ${closed} resolved`);
  await team.press(released, 'Release', ben);
  await team.press(taken, 'Acknowledge', ben);
  await quiet(product);
  expect(team.state(released)).toBe(`#${released} · open`);
  expect(team.state(taken)).toContain('acknowledged by Ben');
  expect((await team.ask(`/snooze ${closed} 2h`)).text).toBe('Already closed by you');
  await team.press(released, 'Acknowledge', ben);
  await pass(1_800);
  expect(team.state(held)).toBe(`#${held} · open`);
  expect(team.state(closed)).toBe(`#${closed} · closed by Ana · resolved`);
  expect(said('the snooze is over')).toHaveLength(1);
});

test('a new word of the customer wakes it', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  await team.ask(`/snooze ${number} 2h`);
  await waitUntil(() => peer.conversation(conversation.id).status === 'snoozed');
  await peer.webhooks.idle();
  await writtenBack(product);
  await quiet(product);
  expect(team.state(number)).toContain('snoozed by Ana until');

  peer.customerWrites(conversation.id, 'Hello? Are you there?');
  await team.waitForText('is open again: the snooze is over');
  await peer.webhooks.idle();
  await quiet(product);
  expect(team.state(number)).toBe(`#${number} · open`);
  expect(team.card(number).text).toContain('Are you there?');
  // Chatwoot reports the message and the new status; whichever is processed first ends it.
  const [ended, ...others] = (await team.ask(`/why ${number}`)).text?.match(/^.*: snooze ended$/gm) ?? [];
  expect(ended).toMatch(/(customer wrote in|status change from) Chatwoot: snooze ended$/);
  expect(others).toEqual([]);
});

test('Chatwoot follows a snooze and its end; a snooze made there shows here and ends there', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await team.ask(`/snooze ${number} 2h`);
  await waitUntil(() => peer.conversation(id).status === 'snoozed');
  const [row] = await product.rows<{ until: Date }>('select snoozed_until as until from incidences');
  expect(peer.conversation(id).snoozedUntil?.getTime()).toBe(Math.floor((row?.until.getTime() ?? 0) / 1000) * 1000);
  // A press on the card as it was would be answered with what happened meanwhile.
  await team.waitForCard(number, 'snoozed by Ana until');
  await team.press(number, 'Acknowledge', ben);
  await writtenBack(product);
  expect(peer.conversation(id).status).toBe('open');

  const until = new Date(Date.now() + 3_600_000);
  peer.change(id, { status: 'snoozed', snoozedUntil: until });
  await team.waitForCard(number, 'snoozed in Chatwoot until');
  await team.ask(`/tag ${number} refund`);
  await peer.webhooks.idle();
  await writtenBack(product);
  await quiet(product);
  expect(team.state(number)).toContain('snoozed in Chatwoot until');
  peer.change(id, { status: 'open' });
  await team.waitForCard(number, `#${number} · open`);
  await team.waitForText('is open again: the snooze is over');
});

test('two processes, and the one that sends stops in between: each snooze ends once', async (context) => {
  const world = await startWorld(context);
  const clock = createClock(start);
  const first = await startProduct({ ...world, env, now: clock.now });
  const second = await startProduct({ ...world, env, now: clock.now });
  context.onTestFinished(() => second.stop());
  const team = openChat(first);
  for (const conversation of [1, 2]) await postAlert(first, alertOf(conversation, 'high'));
  await quiet(first);
  await team.ask('/snooze 1 10m');
  await team.ask('/snooze 2 20m');
  await clock.pass(first, 600);
  await first.stop();
  await clock.pass(second, 600);
  expect(await world.rows(`select incidence_id from incidence_history where action = 'wake' order by id`)).toEqual([
    { incidence_id: '1' },
    { incidence_id: '2' },
  ]);
  expect(team.messages().filter(({ text }) => text?.includes('the snooze is over'))).toHaveLength(2);
});
