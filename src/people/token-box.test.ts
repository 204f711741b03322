import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTokenBox } from './token-box.ts';

test('a sealed token opens for its person and key alone, and never looks the same twice', () => {
  const box = createTokenBox(randomBytes(32));
  const sealed = box.seal(7, 'a token');
  expect(box.open(7, sealed)).toBe('a token');
  expect(sealed.toString('latin1')).not.toContain('a token');
  expect(box.seal(7, 'a token').equals(sealed)).toBe(false);
  expect(box.open(8, sealed)).toBeUndefined();
  expect(createTokenBox(randomBytes(32)).open(7, sealed)).toBeUndefined();
  expect(box.open(7, sealed.subarray(0, 5))).toBeUndefined();
});
