import { expect, it } from 'vitest';
import { judgeClock } from './clock.ts';

const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);
const judge = (theirs: number, before = 0, after = 1) =>
  judgeClock('clock', 'the database', { theirs: at(theirs), before: at(before), after: at(after) });

it.each([
  [0, 'ok', 'agrees with the database'],
  [1, 'ok', 'agrees with the database'],
  [21, 'ok', '20 s from the database'],
  [-21, 'ok', '20 s from the database'],
  [61, 'fail', "this machine's clock is 60 s behind the database"],
  [-61, 'fail', "this machine's clock is 60 s ahead of the database"],
])('theirs %i s later: %s', (theirs, state, found) => {
  expect(judge(theirs)).toMatchObject({ state, found });
});

it('a slow answer is no clock difference', () => {
  expect(judge(5, 0, 10).state).toBe('ok');
});
