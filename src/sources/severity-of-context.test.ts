import { expect, test } from 'vitest';
import { type Situation, severityOfContext } from './severity-of-context.ts';

const nothing: Situation = { words: 'medium', tier: undefined, cartValue: undefined, frictionScore: undefined };

test.each<[Partial<Situation>, string | undefined]>([
  [{}, undefined],
  [{ words: 'critical' }, undefined],
  [{ tier: 'vip', words: 'high' }, 'critical'],
  [{ tier: ' Platinum ', words: 'high' }, 'critical'],
  [{ tier: 'DIAMOND', words: 'medium' }, undefined],
  [{ tier: 'GOLD', words: 'high' }, undefined],
  [{ cartValue: 50_000 }, 'high'],
  [{ cartValue: 49_999.99 }, undefined],
  [{ frictionScore: 0.8 }, 'high'],
  [{ frictionScore: 0.79 }, undefined],
  [{ frictionScore: 1 }, 'high'],
  [{ frictionScore: 79 }, undefined],
  [{ frictionScore: 80 }, 'high'],
  [{ tier: 'VIP', words: 'high', cartValue: 60_000, frictionScore: 90 }, 'critical'],
])('%j → %s', (situation, severity) => {
  expect(severityOfContext({ ...nothing, ...situation })).toBe(severity);
});
