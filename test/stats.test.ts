import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { post, postAlert, postTawk, type Product, quiet, secrets, startProduct } from './support/product.ts';

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

/** The lines under "By …". */
async function groups(words: string): Promise<string[]> {
  const { text = '' } = await team.ask(`/stats ${words}`);
  expect(text).toContain('Opened: 4\nAcknowledged: 2\nClosed: 2\nOpen now: 2');
  expect(text).toContain('Median time to acknowledge: 3 min\nMedian time to close: 10 min');
  return text.split('\n').slice(text.split('\n').findIndex((line) => line.startsWith('By ')) + 1);
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
  const { text = '' } = await team.ask('/stats 30d screen');
  const lines = text.split('\n').slice(text.split('\n').findIndex((line) => line.startsWith('By ')) + 1);
  expect(lines).toHaveLength(15);
  expect(lines[0]).toBe('unknown: 4 opened, 2 acknowledged (3 min), 2 closed (10 min), 2 open');
  expect(lines[1]).toBe('<Screen> 10: 1 opened, 1 open');
  expect(lines.at(-1)).toBe('… and 7 more');
});
