import { readFileSync } from 'node:fs';
import type { Message } from 'telegram-sandbox';
import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import type { Limits } from '../src/delivery/pace.ts';
import { unlimited } from '../src/telegram/flood-limits.ts';
import { openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, postChatwootByKey, postTawk, quiet, startProduct } from './support/product.ts';
import { createChapter } from './support/screens.ts';
import { waitUntil } from './support/wait.ts';
import { range, type Severity } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const { ana, ben, carla } = SEED;
const lena = 500_000_105;

/** Only critical cards, storm cards and answers come through: a storm. */
const crowded: Limits = {
  lane: () => ({ interactive: [], critical: [], high: [], normal: [{ max: 0, windowMs: 1 }] }),
  group: () => [],
};

const tawkChat = JSON.parse(
  readFileSync(new URL('fixtures/tawk/real__chat-start__basic.json', import.meta.url), 'utf8'),
);

test('a shift: two agents, a lead, an admin; a storm, a hand-over, a night', async (context) => {
  // A Thursday, 08:55 in Berlin.
  const clock = createClock('2026-11-26T07:55:00Z');
  let limits = unlimited;
  const env = { TIMEZONE: 'Europe/Berlin', BUSINESS_HOURS: 'Mon-Fri 09:00-18:00' };
  const product = await startProduct({ now: clock.now, limits: () => limits, env });
  context.onTestFinished(() => product.stop());
  const { sandbox } = product;
  sandbox.addPerson({ id: lena, first_name: 'Lena', last_name: 'Vogt', username: 'lena_lead' });
  sandbox.addChat({ id: lena, type: 'private', started: true });
  sandbox.join(SEED.supportTeam, lena);
  const team = openChat(product);
  const chapter = createChapter('shift');
  const names = new Map([
    [ana, 'Ana'],
    [ben, 'Ben'],
    [carla, 'Carla'],
    [lena, 'Lena'],
  ]);
  const nameOf = (id: number) => names.get(id) ?? '';

  const pass = (seconds: number) => clock.pass(product, seconds);
  const passTo = (time: string) => pass((Date.parse(time) - clock.now().getTime()) / 1000);
  const say = async (text: string, by: number) => {
    const answer = await team.ask(text, by);
    chapter.typed(nameOf(by), text);
    chapter.saw(answer);
    await quiet(product);
  };
  const press = async (message: Message, button: string, by: number) => {
    chapter.pressed(nameOf(by), button, await team.pressUnder(message, button, by));
    await quiet(product);
  };
  const acknowledge = async (id: number, by: number) => {
    await team.press(id, 'Acknowledge', by);
    await quiet(product);
  };
  const newest = (words: string, chatId: number = SEED.supportTeam) =>
    openChat(product, chatId)
      .messages()
      .findLast(({ text }) => text?.includes(words));
  const newestId = async () => {
    const [row] = await product.rows<{ id: string }>('select max(id) as id from incidences');
    return Number(row?.id);
  };

  const alert = (conversation: number, severity: Severity, customer: string, message: string) =>
    postAlert(product, {
      severity,
      reason: 'PAYMENT_ISSUE',
      conversation_id: conversation,
      customer_name: customer,
      message,
      timestamp: clock.now().toISOString(),
    });
  const alerted = async (...given: Parameters<typeof alert>) => {
    await alert(...given);
    await quiet(product);
    return newestId();
  };
  const write = (conversation: number, name: string, content: string) => {
    const body = {
      event: 'message_created',
      id: conversation * 10,
      content,
      message_type: 'incoming',
      created_at: clock.now().toISOString(),
      account: { id: 1 },
      sender: { name },
      conversation: { id: conversation, status: 'open', meta: { sender: { name } } },
    };
    return postChatwootByKey(product, JSON.stringify(body));
  };
  const wrote = async (...given: Parameters<typeof write>) => {
    await write(...given);
    await quiet(product);
    return newestId();
  };
  const chatted = async (number: number, name: string, text: string) => {
    const body = {
      ...tawkChat,
      chatId: `chat-${number}`,
      time: clock.now().toISOString(),
      message: { ...tawkChat.message, text },
      visitor: { ...tawkChat.visitor, name, email: `${name.split(' ')[0]?.toLowerCase()}@example.com` },
    };
    await postTawk(product, JSON.stringify(body));
    await quiet(product);
    return newestId();
  };

  chapter.heading('Morning');
  await product.rows(`insert into people (telegram_id, first_name, last_name, username, role, created_at, seen_at)
    values (${lena}, 'Lena', 'Vogt', 'lena_lead', 'lead', now(), now())`);
  await team.ask('/whoami', carla);
  await say('/onduty 17:00', ana);
  await passTo('2026-11-26T08:02:00Z');
  const first = await wrote(101, 'Jane Doe', 'Where is my parcel?');
  await acknowledge(first, ana);
  for (const [index, name] of ['Asha Rao', 'Kenji Watanabe', 'Grace Adeyemi'].entries()) {
    await pass(60);
    const id = await chatted(index + 1, name, 'Can I change my order?');
    await acknowledge(id, ana);
    await team.ask(`/close ${id} resolved`, ana);
  }
  await pass(60);
  await wrote(102, 'Tomás Herrera', 'Do you deliver on Sunday?');
  chapter.tell('A critical alert that nobody acknowledges: two minutes later who is on duty is reminded, once.');
  const critical = await alerted(103, 'critical', 'John Smith', 'Somebody bought things with MY CARD!');
  await pass(120);
  chapter.saw(newest('is unacknowledged'));
  await acknowledge(critical, ana);
  const remindersSoFar = await product.rows('select distinct message_id from reminders');
  await pass(1_000);
  expect(await product.rows('select distinct message_id from reminders')).toEqual(remindersSoFar);

  chapter.heading('A storm');
  await passTo('2026-11-26T09:00:00Z');
  await say('/onduty 2h', ben);
  limits = crowded;
  for (const conversation of range(201, 20)) {
    await write(conversation, `Customer ${conversation}`, 'I paid twice');
    // Numbers are given in the order of processing.
    await waitUntil(
      async () => (await product.rows(`select 1 from inbound_events where state = 'stored'`)).length === 0,
    );
  }
  await waitUntil(async () => {
    const [row] = await product.rows<{ count: string }>(`select count(*) from deliveries where state = 'folded'`);
    return Number(row?.count) === 10;
  });
  for (const conversation of range(301, 7))
    await alert(conversation, 'critical', `Customer ${conversation}`, 'Account empty');
  const storm = await team.waitForText('ALERT STORM');
  clock.move(11);
  await waitUntil(() => newest('Customer 307') !== undefined);
  chapter.saw(await team.waitForText('ALERT STORM · 10 more open'));
  clock.move(150);
  const folded = await waitUntil(async () => {
    await product.rows(`select pg_notify('bellhop_wake', 'the-test deliveries')`);
    return newest('criticals unacknowledged');
  });
  chapter.saw(folded);
  chapter.pressed('Ben', 'Acknowledge all', await team.pressUnder(storm, 'Acknowledge all', ben));
  chapter.pressed('Ben', 'Acknowledge all', await team.pressUnder(storm, 'Acknowledge all', ben));
  limits = unlimited;
  const criticals = range(critical + 21, 7);
  await team.ask(`/ack ${criticals.join(' ')}`, ben);
  await quiet(product);
  const open = await product.rows<{ id: string }>(
    `select id from incidences where status = 'open' and external_id like '2__' order by id`,
  );
  for (const { id } of open) await acknowledge(Number(id), ana);
  for (const id of criticals.slice(0, 5)) await team.ask(`/close ${id} resolved paid back`, ben);

  chapter.heading('Hand-over');
  chapter.tell("Ben's two hours are over.");
  await passTo('2026-11-26T11:00:30Z');
  chapter.saw(newest('Ben is off duty'));
  const handover = newest('Ben hands over');
  chapter.saw(handover);
  if (handover) await press(handover, 'I have it', ana);
  chapter.saw(newest('has what Ben handed over'));
  const mine = await product.rows<{ id: string }>(
    `select incidences.id from incidences join people on people.id = acknowledged_by
     where status = 'acknowledged' and telegram_id = ${ana} order by 1`,
  );
  for (const { id } of mine.slice(2)) await team.ask(`/close ${id} resolved`, ana);
  await team.ask(`/escalation answer 30m`, lena);
  // What is overdue by the new time is done before the clock moves on.
  await pass(0);
  await passTo('2026-11-26T13:00:00Z');
  chapter.heading('Acknowledged, but not answered');
  const promised = await wrote(104, 'Priya Nair', 'The cake arrived crushed');
  await acknowledge(promised, ana);
  await pass(1_800);
  chapter.saw(newest('no answer to the customer yet'));
  await pass(1_800);
  chapter.saw(newest(`#${promised} is open again`));
  chapter.saw(team.card(promised));
  await acknowledge(promised, lena);
  await team.ask('/escalation answer off', lena);

  chapter.heading('Evening and night');
  await passTo('2026-11-26T16:00:30Z');
  chapter.tell("At 17:00 Ana's time on duty is over; Lena takes what she holds.");
  const evening = newest('Ana hands over');
  chapter.saw(evening);
  if (evening) await press(evening, 'I have it', lena);
  await passTo('2026-11-26T20:30:00Z');
  const night = await alerted(105, 'critical', 'Lea Fontaine', 'I cannot log in and it is urgent');
  chapter.saw(await team.waitForText('nobody is on duty'));
  await pass(120);
  chapter.saw(newest(`#${night} is unacknowledged`));
  await pass(480);
  chapter.saw(newest(`#${night} is unacknowledged`));
  chapter.tell('In private, each of the four gets it as well:');
  chapter.saw(newest(`#${night} is unacknowledged`, ben));
  const second = await alerted(106, 'critical', 'Noor Haddad', 'Nobody answers the phone');
  await pass(5);
  expect(team.messages().filter(({ text }) => text?.includes('nobody is on duty'))).toHaveLength(1);
  for (const id of [night, second]) await acknowledge(id, lena);
  for (const number of range(4, 4)) await chatted(number, `Visitor ${number}`, 'Are you open?');
  await passTo('2026-11-27T08:00:00Z');
  await say('/onduty 17:00', ana);
  await say('/duty', ben);
  await say('/escalation critical 1m duty, 3m everyone', lena);
  await say('/escalation', ben);

  const [counted] = await product.rows<{ all: string; chats: string }>(
    `select count(*) as all, count(*) filter (where source = 'tawk') as chats from incidences`,
  );
  expect(counted).toEqual({ all: '40', chats: '7' });
  // A storm card may be edited to what it says already: that is refused, and counts as done.
  expect(sandbox.refusals.filter(({ description = '' }) => !description.includes('not modified'))).toEqual([]);
  await chapter.finish();
});
