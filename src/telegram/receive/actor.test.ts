import { expect, test } from 'vitest';
import { nameOf } from './actor.ts';

const user = { id: 1, is_bot: false };

test.each([
  [
    { ...user, first_name: 'Ana', last_name: 'Ek' },
    { firstName: 'Ana', lastName: 'Ek' },
  ],
  [
    { ...user, first_name: 'Ana', last_name: '\u3164' },
    { firstName: 'Ana', lastName: null },
  ],
  [
    { ...user, first_name: '\u3164', last_name: 'Ek', username: 'ek' },
    { firstName: 'Ek', lastName: null },
  ],
  [
    { ...user, first_name: '\u2800', username: 'ek' },
    { firstName: 'ek', lastName: null },
  ],
  [
    { ...user, first_name: '\u200D' },
    { firstName: 'Someone', lastName: null },
  ],
])('a name that shows: %j', (from, expected) => {
  expect(nameOf(from)).toEqual(expected);
});
