import { type TestContext, expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, postChatwootByKey, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { alertOf, postAlerts, range, type Severity, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben, carla } = SEED;

async function startTeam({ onTestFinished }: TestContext) {
  const clock = createClock('2026-11-26T12:00:00Z');
  const product = await startProduct({ now: clock.now });
  onTestFinished(() => product.stop());
  const team = openChat(product);
  const reminders = (chatId: number = SEED.supportTeam) =>
    openChat(product, chatId)
      .messages()
      .filter(({ text }) => text?.startsWith('⏰') || text?.startsWith('🔁'));
  return {
    product,
    team,
    clock,
    reminders,
    pass: (seconds: number) => clock.pass(product, seconds),
    opened: async (conversation: number, severity: Severity = 'critical') => {
      const { body } = await postAlert(product, alertOf(conversation, severity));
      await quiet(product);
      return Number(body['incidence_id']);
    },
  };
}

test('nobody acknowledges: those on duty, the leads, everyone; each once, in reply to the card, with mentions', async (context) => {
  const { product, team, reminders, pass, opened } = await startTeam(context);
  await team.ask('/onduty', ben);
  await team.ask('/whoami', ana);
  await team.ask('/whoami', carla);
  const id = await opened(1);
  await pass(119);
  expect(reminders()).toEqual([]);
  await pass(1);
  const [first] = reminders();
  expect(first?.text).toBe(`⏰ 🔴 #${id} is unacknowledged · 2 min\n\nBen`);
  expect(first?.replyTo).toBe(team.card(id).message_id);
  expect(first?.entities).toContainEqual(
    expect.objectContaining({ type: 'text_mention', user: expect.objectContaining({ id: ben }) }),
  );

  await pass(180);
  expect(reminders().at(-1)?.text).toBe(`⏰ 🔴 #${id} is unacknowledged · 5 min\n\nCarla`);
  await pass(300);
  expect(reminders().at(-1)?.text).toBe(`⏰ 🔴 #${id} is unacknowledged · 10 min\n\nAna, Ben, Carla`);
  for (const person of [ana, ben, carla]) {
    expect(reminders(person).map(({ text }) => text)).toEqual([
      expect.stringContaining(`#${id} is unacknowledged · 10 min`),
    ]);
  }
  await pass(100_000);
  expect(reminders()).toHaveLength(3);
  expect((await team.ask(`/why ${id}`)).text).toContain('nobody acknowledged: reminded the leads');
  expect(product.sandbox.refusals).toEqual([]);
});

test('nothing after an acknowledgement or a close; a release begins anew', async (context) => {
  const { team, reminders, pass, opened } = await startTeam(context);
  const [first, second] = [await opened(1), await opened(2)];
  await pass(100);
  await team.press(first, 'Acknowledge', ana);
  await team.ask(`/close ${second}`);
  await pass(3_000);
  expect(reminders()).toEqual([]);
  await team.press(first, 'Release', ana);
  await pass(119);
  expect(reminders()).toEqual([]);
  await pass(1);
  expect(reminders()).toHaveLength(1);
});

test('acknowledged while the reminder waits: it is not sent', async (context) => {
  const { product, team, clock, reminders, pass, opened } = await startTeam(context);
  const id = await opened(1);
  product.sandbox.faults.add({ kind: 'outage', method: 'sendMessage' });
  clock.move(120);
  await waitUntil(async () => {
    await product.rows(`select pg_notify('bellhop_wake', 'the-test deliveries')`);
    return (await product.rows('select 1 from reminders')).length > 0;
  });
  await team.press(id, 'Acknowledge', ana);
  product.sandbox.faults.clear();
  await pass(10);
  expect(reminders()).toEqual([]);
  expect(await product.rows('select 1 from reminders where settled_at is null')).toEqual([]);
});

test('many due at once are one message, a reply to the worst of them', async (context) => {
  const { product, team, reminders, pass, opened } = await startTeam(context);
  await postAlerts(product, range(1, 7));
  await opened(20, 'high');
  await pass(720);
  const [folded, ...others] = reminders();
  expect(folded?.text).toMatch(
    /^⏰ 7 criticals, 1 high unacknowledged, oldest 12 min\n🔴 #\d+ conversation \d+ · 12 min/,
  );
  expect(folded && buttonsOf(folded)).toHaveLength(8);
  const [, worst = ''] = /#(\d+)/.exec(folded?.text ?? '') ?? [];
  expect(folded?.replyTo).toBe(team.card(Number(worst)).message_id);
  expect(others).toEqual([]);
});

test('a few a minute come singly; the next ones wait and are one message', async (context) => {
  const { reminders, pass, opened } = await startTeam(context);
  for (const conversation of range(1, 6)) {
    await opened(conversation);
    await pass(2);
  }
  await pass(119);
  await pass(60);
  const texts = reminders().map(({ text }) => text ?? '');
  expect(texts.length).toBeLessThanOrEqual(4);
  expect(texts.join('\n')).toMatch(/criticals unacknowledged/);
});

test('two processes, and the one that sends stops in between: each step once', async (context) => {
  const world = await startWorld(context);
  const clock = createClock('2026-11-26T12:00:00Z');
  const [first, second] = [
    await startProduct({ ...world, now: clock.now }),
    await startProduct({ ...world, now: clock.now }),
  ];
  context.onTestFinished(() => second.stop());
  await postAlerts(first, range(1, 3));
  await quiet(first);
  await clock.pass(first, 300);
  await first.stop();
  await clock.pass(second, 300);
  expect(await world.rows(`select 1 from incidence_history where action = 'remind'`)).toHaveLength(6);
  const reminders = world.sandbox.messages(SEED.supportTeam).filter(({ text }) => text?.startsWith('⏰'));
  expect(reminders.map(({ text }) => text?.split('\n')[0])).toEqual([
    '⏰ 3 criticals unacknowledged, oldest 5 min',
    '⏰ 3 criticals unacknowledged, oldest 10 min',
  ]);
});

test('what an earlier version opened has no due time: it gets one at the start, and no step is done twice', async (context) => {
  const world = await startWorld(context);
  const clock = createClock('2026-11-26T12:00:00Z');
  const before = await startProduct({ ...world, now: clock.now });
  await postAlerts(before, range(1, 2));
  await quiet(before);
  await clock.pass(before, 120);
  await before.stop();
  await world.rows(`update incidences set next_due_at = null`);
  const [undone] = await world.rows<{ id: number }>(
    'update incidences set escalation_step = 0 where id = (select max(id) from incidences) returning id::integer',
  );
  const after = await startProduct({ ...world, now: clock.now });
  context.onTestFinished(() => after.stop());
  const reminded = () =>
    world.rows<{ id: number }>(`select incidence_id::integer as id from reminders order by reminders.id`);
  await waitUntil(async () => (await reminded()).length === 3);
  await quiet(after);
  expect((await reminded()).slice(2)).toEqual([undone]);
  expect(await world.rows('select 1 from incidences where next_due_at is null')).toEqual([]);
});

test('the job finds by itself what became due, at its time', async (context) => {
  const { product, clock, pass, opened } = await startTeam(context);
  await opened(1);
  await pass(119);
  // Nothing wakes it: it sleeps for the second that is left, not for its longest rest.
  clock.move(1);
  const at = await waitUntil(async () => (await product.rows<{ at: Date }>('select at from reminders'))[0]?.at);
  expect(at).toEqual(clock.now());
});

test('opened at any time: each step within 2 s of its due time, and none before', async (context) => {
  const { product, clock, pass, opened } = await startTeam(context);
  const severities = ['critical', 'high', 'critical', 'medium', 'high'] as const;
  for (const [index, severity] of severities.entries()) {
    await opened(index + 1, severity);
    await pass(7 * index + 1);
  }
  const next = async () => {
    const [row] = await product.rows<{ due: Date | null }>('select min(next_due_at) as due from incidences');
    return row?.due ?? undefined;
  };
  const steps = () =>
    product.rows<{ at: Date }>(`select at from incidence_history where action = 'remind' order by id`);
  for (let due = await next(); due; due = await next()) {
    const { length } = await steps();
    await pass((due.getTime() - clock.now().getTime()) / 1000 - 1);
    expect(await steps()).toHaveLength(length);
    await pass(2);
    const done = (await steps()).slice(length);
    expect(done.length).toBeGreaterThan(0);
    for (const { at } of done) expect(at.getTime() - due.getTime()).toBeLessThanOrEqual(2_000);
  }
  expect((await steps()).length).toBeGreaterThan(severities.length);
});

test('acknowledged, but not answered in Chatwoot: the holder is reminded, then it is open again and the card says why', async (context) => {
  const { product, clock, team, reminders, pass } = await startTeam(context);
  expect((await team.ask('/escalation answer 10m', carla)).text).toContain('Changed');
  const conversation = (id: number) => ({ id, status: 'open', meta: { sender: { name: 'Ivo' } } });
  const write = async (id: number, messageId: number, more: object = {}) => {
    const body = {
      event: 'message_created',
      id: messageId,
      message_type: 'incoming',
      content: 'hello',
      created_at: new Date(clock.now().getTime() - 10_000 + messageId * 1000).toISOString(),
      account: { id: 1 },
      sender: { name: 'Ivo' },
      conversation: conversation(id),
      ...more,
    };
    await postChatwootByKey(product, JSON.stringify(body));
    await quiet(product);
  };
  await write(7, 1);
  await write(8, 2);
  await team.press(1, 'Acknowledge', ana);
  await team.press(2, 'Acknowledge', ana);
  await write(8, 3, { message_type: 'outgoing', sender: { name: 'Priya', type: 'user' } });
  await pass(600);
  expect(reminders().map(({ text }) => text)).toEqual([
    '⏰ 🟡 #1: no answer to the customer yet · acknowledged by Ana 10 min ago\n\nAna',
  ]);
  await pass(600);
  expect(team.state(1)).toBe('#1 · open · Ana did not answer in time');
  expect(reminders().at(-1)?.text).toContain('#1 is open again: Ana acknowledged it and did not answer in time');
  expect(team.state(2)).toContain('acknowledged by Ana');
  await team.press(1, 'Acknowledge', ben);
  await team.waitForCard(1, 'acknowledged by Ben');
});

test('leads change the policy: what is open follows it, and who changed it is shown', async (context) => {
  const { team, reminders, pass, opened } = await startTeam(context);
  const id = await opened(1, 'low');
  await pass(60);
  expect((await team.ask('/escalation low 30s leads', ana)).text).toContain('Only leads');
  expect((await team.ask('/escalation low 90s leads, 1h everyone', carla)).text).toContain(
    'also applies to what is open',
  );
  await pass(30);
  expect(reminders().map(({ text }) => text)).toEqual([`⏰ 🟢 #${id} is unacknowledged · 2 min\n\nCarla`]);
  const shown = (await team.ask('/escalation', ana)).text ?? '';
  expect(shown).toContain('🟢 low: after 90s the leads, after 1h everyone');
  expect(shown).toContain('🟠 high: after 10m those on duty, after 20m the leads');
  expect(shown).toMatch(/low 90s leads, 1h everyone, by Carla/);
  await team.ask('/escalation low off', carla);
  await pass(4_000);
  expect(reminders()).toHaveLength(1);
});

test('made worse or better by a person: the steps of the new severity, and none that was done', async (context) => {
  const { team, reminders, pass, opened } = await startTeam(context);
  const id = await opened(1, 'low');
  await pass(400);
  await team.ask(`/severity ${id} critical`);
  await pass(0);
  expect(reminders()).toHaveLength(1);
  await team.ask(`/severity ${id} low`);
  await pass(10_000);
  expect(reminders()).toHaveLength(1);
  await team.ask(`/severity ${id} critical`);
  await pass(0);
  expect(reminders()).toHaveLength(2);
  await pass(10_000);
  expect(reminders()).toHaveLength(2);
});

test('what cannot be read is explained and changes nothing', async (context) => {
  const { product, team } = await startTeam(context);
  const typed: readonly (readonly [string, string])[] = [
    ['high', 'Send a severity with times'],
    ['urgent 2m duty', 'Send a severity with times'],
    ['high soon duty', "I can't read “soon duty”"],
    ['high 10m nobody', "I can't read “10m nobody”"],
    ['high 10m duty,, 20m leads', "I can't read “10m duty,, 20m leads”"],
    ['high ,', "I can't read “,”"],
    ['high 5s duty,', 'out of range'],
    ['high 20m duty, 10m leads', 'not later than'],
    ['answer', 'Send a severity with times'],
    ['answer never', "I can't read “never”"],
  ];
  for (const [words, answer] of typed) {
    expect((await team.ask(`/escalation ${words}`, carla)).text).toContain(answer);
  }
  expect(await product.rows('select 1 from settings')).toEqual([]);
});
