import { expect, test } from 'vitest';
import { createLaneClock } from './lane-clock.ts';
import type { Limits } from './pace.ts';

const team = 'telegram:-100';
const others = 'telegram:-200';
const slow = [{ max: 2, windowMs: 10_000 }];
const limits: Limits = {
  lane: (lane) => ({ interactive: [], critical: lane === others ? [] : slow, high: slow, normal: slow }),
  group: () => [{ max: 3, windowMs: 1_000 }],
};
const create = (inFlight = (): string[] => []) => createLaneClock(() => limits, inFlight);

test('a lane with a retry_after pauses, and no other', () => {
  const clock = create();
  clock.pause(team, 9_000, 1_000);
  expect([clock.allowedAt(team, 'critical'), clock.allowedAt(others, 'critical')]).toEqual([9_000, 0]);
  clock.pause(team, 5_000, 1_500);
  expect(clock.allowedAt(team, 'interactive')).toBe(9_000);
});

test('a second lane with one pauses the bot, for as long as the longer of the two', () => {
  const clock = create();
  clock.pause(team, 9_000, 1_000);
  clock.pause(others, 5_000, 2_000);
  expect(clock.allowedAt('telegram:7', 'critical')).toBe(9_000);
});

test('a second lane with one after the first pause is over does not', () => {
  const clock = create();
  clock.pause(team, 2_000, 1_000);
  clock.pause(others, 5_000, 2_500);
  expect(clock.allowedAt('telegram:7', 'critical')).toBe(0);
});

test('calls in flight count against what their group may send', () => {
  let calls = ['telegram:1', 'telegram:2', 'chatwoot:1'];
  const clock = create(() => calls);
  expect(clock.allowedAt(team, 'critical')).toBe(0);
  calls = ['telegram:1', 'telegram:2', 'telegram:3'];
  expect(clock.allowedAt(team, 'critical')).toBe(Number.POSITIVE_INFINITY);
  calls = ['telegram:1', 'telegram:2'];
  clock.noteSent(others, { at: 1_000, priority: 'normal' });
  expect(clock.allowedAt(team, 'critical')).toBe(2_000);
});

test('each lane has a pace of its own', () => {
  const clock = create();
  for (const at of [0, 3_000]) {
    for (const lane of [team, others]) clock.noteSent(lane, { at, priority: 'normal' });
  }
  expect([clock.allowedAt(team, 'critical'), clock.allowedAt(team, 'interactive')]).toEqual([10_000, 1_000]);
  expect(clock.allowedAt(others, 'critical')).toBe(1_000);
});

test('a pause of all lanes and one of a single lane are not two lanes', () => {
  const clock = create();
  clock.pause('telegram', 2_000, 1_000);
  clock.pause(team, 60_000, 1_000);
  expect([clock.allowedAt(team, 'critical'), clock.allowedAt(others, 'critical')]).toEqual([60_000, 2_000]);
});

test('another group of lanes has limits and pauses of its own', () => {
  const clock = create();
  for (const at of [1_000, 1_001, 1_002]) clock.noteSent(others, { at, priority: 'normal' });
  expect([clock.allowedAt(team, 'critical'), clock.allowedAt('chatwoot:1', 'critical')]).toEqual([2_000, 0]);
  clock.pause(team, 9_000, 1_000);
  clock.pause('chatwoot:1', 8_000, 1_000);
  expect([clock.allowedAt('telegram:7', 'critical'), clock.allowedAt('chatwoot:2', 'critical')]).toEqual([2_000, 0]);
});
