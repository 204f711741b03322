import { type TestContext, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { post, postAlert, postTawk, quiet, secrets, startProduct } from './support/product.ts';
import { shownGroups, shownStats } from './support/stats.ts';

const { ana, ben } = SEED;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** An alert that Ana acknowledged after 2 minutes and Ben closed after 10, at noon of a day. */
async function closedByBen({ onTestFinished }: TestContext) {
  let aheadMs = Date.parse('2026-11-18T12:00:00Z') - Date.now();
  const now = () => new Date(Date.now() + aheadMs);
  const product = await startProduct({ now });
  onTestFinished(() => product.stop());
  const team = openChat(product);
  const later = (ms: number) => {
    aheadMs += ms;
  };
  const stats = (words: string) => team.ask(`/stats ${words}`);
  await postAlert(product, { severity: 'high', reason: 'X', conversation_id: 1, message: 'x' });
  later(2 * minuteMs);
  await team.ask('/ack 1', ana);
  later(8 * minuteMs);
  await team.ask('/close 1 spam', ben);
  await quiet(product);
  return { product, team, later, stats, now };
}

test('what was closed stays closed on that day, and counts again for its second closing', async (context) => {
  const { product, team, later, stats } = await closedByBen(context);
  later(dayMs);
  await team.press(1, 'Reopen', ana);
  await quiet(product);
  const yesterday = await stats('yesterday');
  expect(shownStats(yesterday)).toEqual({
    opened: 1,
    acknowledged: 1,
    closed: 1,
    openNow: 1,
    toAcknowledge: '2 min',
    toAnswer: '–',
    toClose: '10 min',
  });
  expect(shownGroups(yesterday)).toEqual(['🟠 high: 1 opened, 1 acknowledged (2 min), 1 closed (10 min), 1 open']);

  later(5 * minuteMs);
  await team.ask('/ack 1', ben);
  await team.waitForCard(1, 'acknowledged by Ben · 5 min');
  later(15 * minuteMs);
  await team.ask('/close 1 resolved', ben);
  const today = await stats('today');
  expect(shownStats(today)).toEqual({
    opened: 0,
    acknowledged: 1,
    closed: 1,
    reopened: 1,
    openNow: 0,
    toAcknowledge: '5 min',
    toAnswer: '–',
    toClose: '20 min',
  });
  expect(today.text).toContain('Opened: 0 (1)\nAcknowledged: 1 (1)\nClosed: 1 (1)\nReopened: 1 (0)');
  expect(shownStats(await stats('yesterday'))).toMatchObject({ acknowledged: 1, closed: 1 });
});

test('a release does not undo that it was acknowledged; the next acknowledgement counts from the release', async (context) => {
  const { team, later, stats } = await closedByBen(context);
  await team.press(1, 'Reopen', ana);
  later(3 * minuteMs);
  await team.ask('/ack 1', ana);
  later(60 * minuteMs);
  await team.waitForButton(1, 'Release');
  await team.press(1, 'Release', ana);
  later(7 * minuteMs);
  await team.ask('/ack 1', ben);
  await team.waitForCard(1, 'acknowledged by Ben · 7 min');
  const byAgent = await stats('today agent');
  expect(shownStats(byAgent)).toMatchObject({ acknowledged: 3, closed: 1, reopened: 1, openNow: 1 });
  expect(shownGroups(byAgent)).toEqual([
    'Ana: 1 opened, 2 acknowledged (3 min), 1 reopened',
    'Ben: 1 acknowledged (7 min), 1 closed (10 min), 1 open',
  ]);

  // What the release interrupted is closed since the reopening.
  later(10 * minuteMs);
  await team.ask('/close 1', ben);
  expect(shownStats(await stats('today'))).toMatchObject({ closed: 2, toClose: '45 min' });
});

test('a further alert and tags are no opening', async (context) => {
  const { product, team, stats } = await closedByBen(context);
  await postAlert(product, { severity: 'low', reason: 'X', conversation_id: 2, message: 'x' });
  await postAlert(product, { severity: 'critical', reason: 'X', conversation_id: 2, message: 'again' });
  await team.ask('/tag 2 vip', ana);
  await quiet(product);
  const shown = shownStats(await stats('today severity'));
  expect(shown).toMatchObject({ opened: 2, acknowledged: 1, closed: 1, openNow: 1 });
});

test('the first answer of a person counts, a bot’s does not, and after a reopening the next one counts', async (context) => {
  const { product, team, later, stats, now } = await closedByBen(context);
  const say = async (id: number, message_type: 'incoming' | 'outgoing', type: 'contact' | 'user' | 'agent_bot') => {
    const message = {
      event: 'message_created',
      id,
      content: `message ${id}`,
      message_type,
      created_at: Math.floor(now().getTime() / 1000),
      sender: { type, name: 'Zoe' },
      account: { id: 1 },
      conversation: { id: 77, status: 'open', account: { id: 1 } },
    };
    await post(`${product.baseUrl}/api/v1/chatwoot/webhook/${secrets.alertKey}`, JSON.stringify(message));
    await quiet(product);
  };
  await say(1, 'incoming', 'contact');
  later(minuteMs);
  await say(2, 'outgoing', 'agent_bot');
  later(4 * minuteMs);
  await say(3, 'outgoing', 'user');
  later(3 * minuteMs);
  await say(4, 'outgoing', 'user');
  expect((await stats('today')).text).toContain('To the first answer: 5 min, 5 min (of 1)');

  await team.ask('/close 2 resolved', ben);
  await team.waitForButton(2, 'Reopen');
  await team.press(2, 'Reopen', ana);
  later(15 * minuteMs);
  await say(5, 'outgoing', 'user');
  expect((await stats('today')).text).toContain('To the first answer: 10 min, 14 min (of 2)');
});

test('a Tawk chat was answered when its transcript says so', async (context) => {
  const { product, later, stats, now } = await closedByBen(context);
  const property = { id: 'p1', name: 'Shop' };
  await postTawk(product, JSON.stringify({ event: 'chat:start', chatId: 'c1', property, visitor: { name: 'Asha' } }));
  await quiet(product);
  const said = (t: 'v' | 'a', afterMinutes: number) => ({
    sender: { t, n: t === 'a' ? 'Meera' : 'Asha' },
    type: 'msg',
    msg: 'x',
    time: new Date(now().getTime() + afterMinutes * minuteMs).toISOString(),
  });
  const chat = { id: 'c1', visitor: { name: 'Asha' }, messages: [said('v', 1), said('a', 4), said('a', 9)] };
  later(20 * minuteMs);
  await postTawk(product, JSON.stringify({ event: 'chat:transcript_created', property, chat }));
  await quiet(product);
  expect((await stats('today')).text).toContain('To the first answer: 4 min, 4 min (of 1)');
});
