import { expect, test } from 'vitest';
import { createLaneClock } from './lane-clock.ts';
import { telegramLimits } from './pace.ts';

const team = 'telegram:-100';
const others = 'telegram:-200';
const create = () => createLaneClock(() => telegramLimits);

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

test('calls under way count against what the bot may send', () => {
  const clock = create();
  for (let call = 0; call < 27; call += 1) clock.began();
  expect(clock.mayAt(team, 'critical')).toBe(0);
  clock.began();
  expect(clock.mayAt(team, 'critical')).toBe(Number.POSITIVE_INFINITY);
  clock.ended();
  clock.went(others, 1_000);
  expect(clock.mayAt(team, 'critical')).toBe(2_050);
});

test('groups and private chats have their own pace', () => {
  const clock = create();
  for (let message = 0; message < 20; message += 1) {
    clock.went(team, message * 3_000);
    clock.went('telegram:7', message * 3_000);
  }
  expect(clock.mayAt(team, 'critical')).toBe(61_000);
  expect(clock.mayAt('telegram:7', 'critical')).toBe(58_050);
});
