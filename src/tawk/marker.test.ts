import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { markedVisitor, withoutMarkers } from './marker.ts';

const key = 'test-tawk-context-key-0123456789';
const mac = (id: string) => createHmac('sha256', key).update(`ctx:${id}`).digest('hex').slice(0, 32);
const marker = (id: string) => `[ctx:${id}:${mac(id)}]`;

test.each([
  [`Asha Rao ${marker('user_1')}`, 'user_1', 'Asha Rao '],
  [`${marker('user_1').toUpperCase().replace('USER_1', 'user_1')}Asha`, 'user_1', 'Asha'],
  [`[ctx:user_2:${mac('user_1')}] ${marker('user_3')}`, 'user_3', ' '],
  [`Asha [ctx:user_1:${mac('user_1').slice(1)}]`, undefined, 'Asha '],
  [`Asha [ctx:user_1:${createHmac('sha256', key).update('user_1').digest('hex').slice(0, 32)}]`, undefined, 'Asha '],
  ['Asha [mz1:some:thing]', undefined, 'Asha '],
  ['Asha [ctx:user_1:9f2c', undefined, 'Asha '],
  ['Asha [the cook]', undefined, 'Asha [the cook]'],
])('%s', (name, visitor, shown) => {
  expect(markedVisitor(name, key)).toBe(visitor);
  expect(withoutMarkers(name)).toBe(shown);
});

test('without a key nobody is proven', () => {
  expect(markedVisitor(marker('user_1'), undefined)).toBeUndefined();
});
