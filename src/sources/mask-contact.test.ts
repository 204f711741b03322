import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskContacts, maskEmail, maskPhone } from './mask-contact.ts';

test('masks addresses and numbers so that people recognize them', () => {
  expect(maskEmail('john@example.com')).toBe('j***@e***.com');
  expect(maskEmail('a.b@mail.example.co.uk')).toBe('a***@m***.uk');
  expect(maskEmail('root@localhost')).toBe('r***@l***');
  expect(maskEmail('nonsense')).toBe('***');
  expect(maskPhone('+49 170 1234567')).toBe('***67');
  expect(maskPhone('112')).toBe('***');
  expect(maskContacts('call +49 (170) 123-45 67 or <ivo@shop.example>, order 4711-12345678')).toBe(
    'call ***67 or <i***@s***.example>, order 4711-12345678',
  );
});

test('no address survives', () => {
  const word = fc.stringMatching(/^[a-z0-9]{3,12}$/);
  fc.assert(
    fc.property(word, word, fc.string(), fc.string(), (name, domain, before, after) => {
      const address = `${name}@${domain}.com`;
      expect(maskEmail(address)).not.toContain(name);
      expect(maskContacts(`${before} ${address} ${after}`)).not.toContain(address);
    }),
  );
});
