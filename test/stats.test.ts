import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, type Chat, openChat } from './support/chat.ts';
import { post, postAlert, postTawk, type Product, quiet, secrets, startProduct } from './support/product.ts';
import { shownGroups, shownStats } from './support/stats.ts';

const { ana, ben } = SEED;

/** Noon in the team's zone, so that "today" is the same day however long the tests take. */
const noon = Date.parse('2026-11-18T12:00:00Z');
const minuteMs = 60_000;

let product: Product;
let team: Chat;
let aheadMs = noon - Date.now();
const later = (ms: number) => {
  aheadMs += ms;
};

beforeAll(async () => {
  product = await startProduct({ now: () => new Date(Date.now() + aheadMs) });
  team = openChat(product);
  for (const [severity, conversation_id, current_screen] of [
    ['critical', 101, 'Checkout'],
    ['high', 102, 'Checkout'],
    ['low', 103, ''],
  ]) {
    const additional_info = { current_screen };
    await postAlert(product, { severity, reason: 'X', conversation_id, message: 'x', additional_info });
  }
  await postTawk(product, JSON.stringify({ event: 'chat:start', chatId: 'tawk-1', visitor: { name: 'Asha' } }));
  await quiet(product);
  await team.ask('/tag 1 refund vip', ana);
  await team.ask('/tag 2 refund', ana);
  later(2 * minuteMs);
  await team.ask('/ack 1', ana);
  later(2 * minuteMs);
  await team.ask('/ack 2', ana);
  later(6 * minuteMs);
  await team.ask('/close 2 spam', ben);
  await resolveInChatwoot(103);
});
afterAll(() => product.stop());

async function resolveInChatwoot(id: number): Promise<void> {
  const event = { event: 'conversation_status_changed', id, status: 'resolved', messages: [], account: { id: 1 } };
  await post(`${product.baseUrl}/api/v1/chatwoot/webhook/${secrets.alertKey}`, JSON.stringify(event));
  await quiet(product);
}

async function groups(words: string): Promise<string[]> {
  const answer = await team.ask(`/stats ${words}`);
  expect(shownStats(answer)).toMatchObject({
    opened: 4,
    acknowledged: 2,
    closed: 2,
    openNow: 2,
    toAcknowledge: '3 min',
    toClose: '10 min',
  });
  return shownGroups(answer);
}

const severity = [
  '🔴 critical: 1 opened, 1 acknowledged (2 min), 1 open',
  '🟠 high: 1 opened, 1 acknowledged (4 min), 1 closed (10 min)',
  '🟡 medium: 1 opened, 1 open',
  '🟢 low: 1 opened, 1 closed (10 min)',
];

test.each([
  ['7d', severity],
  ['7d severity', severity],
  ['7d source', ['alert: 3 opened, 2 acknowledged (3 min), 2 closed (10 min), 1 open', 'tawk: 1 opened, 1 open']],
  [
    '7d by Agent',
    [
      'Ana: 2 opened, 2 acknowledged (3 min), 1 open',
      'no agent: 2 opened, 1 closed (10 min), 1 open',
      'Ben: 1 closed (10 min)',
    ],
  ],
  [
    '7d tag',
    [
      'refund: 2 opened, 2 acknowledged (3 min), 1 closed (10 min), 1 open',
      'no tag: 2 opened, 1 closed (10 min), 1 open',
      'vip: 1 opened, 1 acknowledged (2 min), 1 open',
    ],
  ],
  ['7d inbox', ['unknown: 4 opened, 2 acknowledged (3 min), 2 closed (10 min), 2 open']],
  ['7d stage', ['unknown: 4 opened, 2 acknowledged (3 min), 2 closed (10 min), 2 open']],
  [
    '7d screen',
    [
      'Checkout: 2 opened, 2 acknowledged (3 min), 1 closed (10 min), 1 open',
      'unknown: 2 opened, 1 closed (10 min), 1 open',
    ],
  ],
])('/stats %s', async (words, lines) => {
  expect(await groups(words)).toEqual(lines);
});

test('without a period it is today', async () => {
  expect((await team.ask('/stats agent')).text).toMatch(/^📊 Stats for today\n[^]*By agent/);
});

test('many groups: the busiest are listed, with the number of others', async () => {
  await product.rows('update incidences set app_screen = null');
  for (let screen = 1; screen <= 20; screen += 1) {
    await postAlert(product, { severity: 'critical', reason: 'X', conversation_id: `s${screen}`, message: 'x' });
  }
  await product.rows(`update incidences set app_screen = '<Screen> ' || id where id > 4`);
  const answer = await team.ask('/stats 30d screen');
  expect(answer.text?.length).toBeLessThanOrEqual(1024);
  const lines = shownGroups(answer);
  expect(lines[0]).toBe('unknown: 4 opened, 2 acknowledged (3 min), 2 closed (10 min), 2 open');
  expect(lines[1]).toBe('<Screen> 10: 1 opened, 1 open');
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe('… and 9 more');
});

test('buttons show other periods and groupings in the same message', async () => {
  const answer = await team.ask('/stats today agent');
  expect(buttonsOf(answer)).toContain('✓ Agent');
  expect(buttonsOf(answer)).toContain('✓ Today');
  await team.pressUnder(answer, '7 days');
  const shows = (words: string) =>
    product.sandbox.waitFor(
      () => team.messages().find(({ message_id, text }) => message_id === answer.message_id && text?.includes(words)),
      { what: words },
    );
  expect((await shows('Stats for the last 7 days')).text).toContain('By agent');
  await team.pressUnder(answer, 'Screen');
  expect((await shows('By screen')).text).toContain('Stats for the last 7 days');
});

test('what each number means is explained on request', async () => {
  const answer = await team.ask('/stats yesterday');
  await team.pressUnder(answer, 'How is this counted?');
  const explained = await team.waitForText('How the numbers are counted');
  expect(explained.text).toContain('Days are those of UTC');
});

test('a forged button of the statistics changes nothing', async () => {
  expect(await team.forge(1, 'z:3:never', ana)).toBe(await team.forge(1, 'nonsense', ana));
  expect(await team.forge(1, 'z:99:7d', ana)).toBe(await team.forge(1, 'nonsense', ana));
});

test.each([
  ['agent', /^\uFEFFagent,opened,acknowledged,.*\r\nall,\d+,2,2,.*\r\n[^]*\r\nAna,2,2,0,0,0,1,0,2,18[\d.]+,2[\d.]+,18/],
  ['friction', /^\uFEFFscreen,stage,opened,mean_score,carts,cart_value\r\n/],
])('the rows behind /stats 7d %s come as CSV', async (view, expected) => {
  const answer = await team.ask(`/stats 7d ${view}`);
  await team.pressUnder(answer, 'Rows');
  const { document } = await product.sandbox.waitFor(
    () => team.messages().find((message) => message.replyTo === answer.message_id && message.document),
    { what: 'a file' },
  );
  expect(document?.file_name).toBe(`stats-7d-${view}.csv`);
  expect(product.sandbox.documentContent(document?.file_id ?? '').toString()).toMatch(expected);
});
