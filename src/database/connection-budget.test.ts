import { expect, test } from 'vitest';
import { shareConnections } from './connection-budget.ts';

test.each([
  [100, { pool: 10, worker: 8 }],
  [20, { pool: 10, worker: 8 }],
  [15, { pool: 7, worker: 6 }],
  [5, { pool: 2, worker: 1 }],
  [1, { pool: 1, worker: 1 }],
])('%i connections allowed', (allowed, budget) => {
  expect(shareConnections(allowed)).toEqual(budget);
});
