import { expect, it } from 'vitest';
import { worse } from './severity.ts';

it('worse is the higher of two', () => {
  expect(worse('low', 'high')).toBe('high');
  expect(worse('critical', 'medium')).toBe('critical');
});
