import { expect, test } from 'vitest';
import { rank } from './delivery.ts';
import { earliest, type Priority, priorityOf } from './pace.ts';

const message = (at: number, priority: Priority = 'normal') => ({ at, priority });

test.each([
  { name: 'nothing sent', sent: [], rules: [{ max: 1, windowMs: 1_000 }], at: 0 },
  { name: 'no rules', sent: [5, 6, 7], rules: [], at: 0 },
  { name: 'room left', sent: [100], rules: [{ max: 2, windowMs: 1_000 }], at: 0 },
  { name: 'full', sent: [100, 200], rules: [{ max: 2, windowMs: 1_000 }], at: 1_100 },
  {
    name: 'the strictest rule decides',
    sent: [100, 200],
    rules: [
      { max: 2, windowMs: 1_000 },
      { max: 1, windowMs: 950 },
    ],
    at: 1_150,
  },
  { name: 'a rule that allows nothing', sent: [], rules: [{ max: 0, windowMs: 1_000 }], at: Number.POSITIVE_INFINITY },
])('earliest: $name', ({ sent, rules, at }) => {
  expect(
    earliest(
      sent.map((time) => message(time)),
      rules,
    ),
  ).toBe(at);
});

test('a rule of one priority counts only its own messages', () => {
  const sent = [message(100, 'interactive'), message(200), message(300)];
  expect(earliest(sent, [{ max: 1, windowMs: 1_000, of: 'interactive' }])).toBe(1_100);
  expect(earliest(sent, [{ max: 2, windowMs: 1_000, of: 'interactive' }])).toBe(0);
});

test('only what is critical or high has room kept for it', () => {
  const priorities = Object.entries(rank).map(([name, one]) => [name, priorityOf(one)]);
  expect(Object.fromEntries(priorities)).toEqual({
    critical: 'critical',
    high: 'high',
    medium: 'normal',
    low: 'normal',
    edit: 'normal',
    document: 'normal',
  });
});
