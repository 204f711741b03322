import { assert, constantFrom, array, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { earliest, type Priority, type Rule } from '../delivery/pace.ts';
import { telegramLimits } from './flood-limits.ts';

const second = 1_000;
const group = telegramLimits.lane('telegram:-100');
const inPrivate = telegramLimits.lane('telegram:7');

/** Messages with what they wait after the one before came, and how urgent they are. */
const traffic = (priorities: readonly Priority[], most: number) =>
  array(record({ afterMs: nat(20_000), priority: constantFrom(...priorities) }), { maxLength: most });

test.each([
  { chat: 'group', limits: group, told: [{ max: 20, windowMs: 60 * second }] },
  { chat: 'private', limits: inPrivate, told: [] },
])('however messages come, no window of Telegram is overfull ($chat)', ({ limits, told }) => {
  assert(
    property(traffic(['interactive', 'critical', 'high', 'normal'], 120), (messages) => {
      const sent = simulate(messages, limits);
      for (const rule of [...told, { max: 4, windowMs: 3 * second }])
        expect(fullest(sent, rule)).toBeLessThanOrEqual(rule.max);
    }),
  );
});

test('without people asking, a chat gets one message a second, and the last quarter of its minute is for the urgent', () => {
  assert(
    property(traffic(['high', 'normal'], 120), (messages) => {
      const sent = simulate(messages, group);
      expect(fullest(sent, { max: 1, windowMs: second })).toBeLessThanOrEqual(1);
      expect(fullest(sent, { max: 18, windowMs: 60 * second })).toBeLessThanOrEqual(18);
      const onlyNormal = simulate(
        messages.map((message) => ({ ...message, priority: 'normal' })),
        group,
      );
      expect(fullest(onlyNormal, { max: 15, windowMs: 60 * second })).toBeLessThanOrEqual(15);
    }),
  );
});

test('whatever went before, the k-th of the criticals that come at once goes within 3 s × k + 5 s', () => {
  assert(
    property(traffic(['high', 'normal'], 60), integer({ min: 1, max: 40 }), nat(61_000), (history, count, later) => {
      const before = simulate(history, group);
      const comeAt = (before.at(-1) ?? 0) + later;
      const sent = [...before];
      for (let k = 1; k <= count; k += 1) {
        const at = Math.max(comeAt, earliest(sent, group.critical));
        expect(at - comeAt).toBeLessThanOrEqual(3 * second * k + 5 * second);
        sent.push(at);
      }
    }),
    { numRuns: 500 },
  );
});

test('the bot as a whole stays below thirty a second', () => {
  const sent: number[] = [];
  for (let message = 0; message < 200; message += 1) sent.push(earliest(sent, telegramLimits.overall));
  expect(fullest(sent, { max: 30, windowMs: second })).toBeLessThanOrEqual(30);
});

/** When each message went: in the order they came, each as early as the pace allows. */
function simulate(
  messages: readonly { afterMs: number; priority: Priority }[],
  limits: Readonly<Record<Priority, readonly Rule[]>>,
): number[] {
  const sent: number[] = [];
  let now = 0;
  for (const { afterMs, priority } of messages) {
    now = Math.max(now + afterMs, earliest(sent, limits[priority]));
    sent.push(now);
  }
  return sent;
}

/** The most messages that any window of this length holds. */
function fullest(sent: readonly number[], { windowMs }: Rule): number {
  return Math.max(0, ...sent.map((start) => sent.filter((at) => at >= start && at < start + windowMs).length));
}
