import { expect, test } from 'vitest';
import { botLane } from './delivery.ts';
import { createLaneClock } from './lane-clock.ts';
import type { Limits } from './pace.ts';

const team = 'telegram:-100';
const others = 'telegram:-200';
const slow = [{ max: 2, windowMs: 10_000 }];
const limits: Limits = {
  lane: (lane) => ({ interactive: [], critical: lane === others ? [] : slow, high: slow, normal: slow }),
  overall: [{ max: 3, windowMs: 1_000 }],
};
const create = (underWay = () => 0) => createLaneClock(() => limits, underWay);

test('a lane that was told to be silent is silent, and only that', () => {
  const clock = create();
  clock.pause(team, 9_000, 1_000);
  expect([clock.mayAt(team, 'critical'), clock.mayAt(others, 'critical')]).toEqual([9_000, 0]);
  clock.pause(team, 5_000, 1_500);
  expect(clock.mayAt(team, 'interactive')).toBe(9_000);
});

test('a second lane told so silences the bot, for as long as the longer of the two', () => {
  const clock = create();
  clock.pause(team, 9_000, 1_000);
  clock.pause(others, 5_000, 2_000);
  expect(clock.mayAt('telegram:7', 'critical')).toBe(9_000);
});

test('a second lane told so after the first pause is over does not', () => {
  const clock = create();
  clock.pause(team, 2_000, 1_000);
  clock.pause(others, 5_000, 2_500);
  expect(clock.mayAt('telegram:7', 'critical')).toBe(0);
});

test('calls under way count against what may be sent in all', () => {
  let calls = 2;
  const clock = create(() => calls);
  expect(clock.mayAt(team, 'critical')).toBe(0);
  calls = 3;
  expect(clock.mayAt(team, 'critical')).toBe(Number.POSITIVE_INFINITY);
  calls = 2;
  clock.noteSent(others, { at: 1_000, priority: 'normal' });
  expect(clock.mayAt(team, 'critical')).toBe(2_000);
});

test('each lane has a pace of its own', () => {
  const clock = create();
  for (const at of [0, 3_000]) {
    for (const lane of [team, others]) clock.noteSent(lane, { at, priority: 'normal' });
  }
  expect([clock.mayAt(team, 'critical'), clock.mayAt(team, 'interactive')]).toEqual([10_000, 1_000]);
  expect(clock.mayAt(others, 'critical')).toBe(1_000);
});

test('a pause of all lanes and one of a single lane are not two lanes', () => {
  const clock = create();
  clock.pause(botLane, 2_000, 1_000);
  clock.pause(team, 60_000, 1_000);
  expect([clock.mayAt(team, 'critical'), clock.mayAt(others, 'critical')]).toEqual([60_000, 2_000]);
});
