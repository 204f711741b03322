import { expect, test, vi } from 'vitest';
import { afterBurst } from './after-burst.ts';

test('acts once after a burst, and within three seconds of one that does not end', (context) => {
  vi.useFakeTimers();
  context.onTestFinished(() => void vi.useRealTimers());
  let acts = 0;
  const changed = afterBurst(() => (acts += 1));
  const during = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      changed();
      vi.advanceTimersByTime(100);
    }
  };

  during(1_000);
  expect(acts).toBe(0);
  vi.advanceTimersByTime(300);
  expect(acts).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(acts).toBe(1);

  during(6_500);
  expect(acts).toBe(3);
});
