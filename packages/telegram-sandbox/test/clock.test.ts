import { expect, onTestFinished, test } from 'vitest';
import { createClock } from '../src/clock.ts';

test('what becomes due when time moves on happens in order, before advance returns', () => {
  const clock = createClock();
  onTestFinished(() => clock.stop());
  clock.freeze();
  const start = clock.now();
  const happened: string[] = [];
  clock.after(2000, () => happened.push('second'));
  clock.after(1000, () => happened.push('first'));
  clock.after(3000, () => happened.push('third'));
  const cancelRetry = clock.after(1500, () => happened.push('never'));
  cancelRetry();
  clock.advance(2000);
  expect(happened).toEqual(['first', 'second']);
  expect(clock.now()).toBe(start + 2000);
  clock.advance(1000);
  expect(happened).toEqual(['first', 'second', 'third']);
});

test('what is due at once happens without moving time', async () => {
  const clock = createClock();
  clock.freeze();
  await new Promise<void>((resolve) => clock.after(0, resolve));
});
