import { type TestContext, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';

const { ana, ben } = SEED;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** An alert that Ana acknowledged after 2 minutes and Ben closed after 10, at noon of a day. */
async function closedByBen({ onTestFinished }: TestContext) {
  let aheadMs = Date.parse('2026-11-18T12:00:00Z') - Date.now();
  const product = await startProduct({ now: () => new Date(Date.now() + aheadMs) });
  onTestFinished(() => product.stop());
  const team = openChat(product);
  const later = (ms: number) => {
    aheadMs += ms;
  };
  const stats = async (words: string) => (await team.ask(`/stats ${words}`)).text ?? '';
  await postAlert(product, { severity: 'high', reason: 'X', conversation_id: 1, message: 'x' });
  later(2 * minuteMs);
  await team.ask('/ack 1', ana);
  later(8 * minuteMs);
  await team.ask('/close 1 spam', ben);
  await quiet(product);
  return { product, team, later, stats };
}

test('what was closed stays closed on that day, and counts again for its second closing', async (context) => {
  const { product, team, later, stats } = await closedByBen(context);
  later(dayMs);
  await team.press(1, 'Reopen', ana);
  await quiet(product);
  const yesterday = await stats('yesterday');
  expect(yesterday).toContain('Opened: 1\nAcknowledged: 1\nClosed: 1\nOpen now: 1');
  expect(yesterday).toContain('Median time to acknowledge: 2 min\nMedian time to close: 10 min');
  expect(yesterday).toContain('high: 1 opened, 1 acknowledged (2 min), 1 closed (10 min), 1 open');

  later(5 * minuteMs);
  await team.ask('/ack 1', ben);
  await team.waitForCard(1, 'acknowledged by Ben · 5 min');
  later(15 * minuteMs);
  await team.ask('/close 1 resolved', ben);
  const today = await stats('today');
  expect(today).toContain('Opened: 0\nAcknowledged: 1\nClosed: 1\nOpen now: 0');
  expect(today).toContain('Median time to acknowledge: 5 min\nMedian time to close: 20 min');
  expect(await stats('yesterday')).toContain('Acknowledged: 1\nClosed: 1\n');
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
  expect(byAgent).toContain('Acknowledged: 3\nClosed: 1\nOpen now: 1');
  expect(byAgent).toContain('Ana: 1 opened, 2 acknowledged (3 min)');
  expect(byAgent).toContain('Ben: 1 acknowledged (7 min), 1 closed (10 min), 1 open');

  // What the release interrupted is closed since the reopening.
  later(10 * minuteMs);
  await team.ask('/close 1', ben);
  expect(await stats('today')).toContain('Median time to close: 45 min');
});

test('a further alert and tags are no opening', async (context) => {
  const { product, team, stats } = await closedByBen(context);
  await postAlert(product, { severity: 'low', reason: 'X', conversation_id: 2, message: 'x' });
  await postAlert(product, { severity: 'critical', reason: 'X', conversation_id: 2, message: 'again' });
  await team.ask('/tag 2 vip', ana);
  await quiet(product);
  expect(await stats('today severity')).toContain('Opened: 2\nAcknowledged: 1\nClosed: 1\nOpen now: 1');
});
