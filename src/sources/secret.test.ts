import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isMacOfAny, sameSecret } from './secret.ts';

it('tells equal secrets from others of any length', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (one, other) => sameSecret(one, other) === (one === other)));
  fc.assert(fc.property(fc.string(), (one) => sameSecret(one, one) && !sameSecret(one, `${one}x`)));
});

it('accepts the HMAC of each secret, in whatever order they are given, and never that of an empty one', () => {
  const secrets = ['first', 'second', 'third'];
  const macOf = (secret: string) => createHmac('sha256', secret).update('body').digest();
  for (const secret of secrets) expect(isMacOfAny(macOf(secret), 'sha256', secrets, ['bo', 'dy'])).toBe(true);
  expect(isMacOfAny(macOf('fourth'), 'sha256', secrets, ['body'])).toBe(false);
  expect(isMacOfAny(macOf(''), 'sha256', [''], ['body'])).toBe(false);
});
