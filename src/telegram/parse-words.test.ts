import { expect, test } from 'vitest';
import { oneOf, parseWords } from './parse-words.ts';
import { numberOf } from './typed-number.ts';

const grammar = { ids: numberOf, severities: oneOf(['low', 'high']), flags: oneOf(['mine']) };

test('each word goes to the first rule that reads it, in the order typed', () => {
  expect(parseWords(['HIGH', '#42', 'refund', 'mine', '7', 'low'], grammar)).toEqual({
    read: { ids: [42, 7], severities: ['high', 'low'], flags: ['mine'] },
    others: ['refund'],
  });
});

test('no words give empty lists', () => {
  expect(parseWords([], grammar)).toEqual({ read: { ids: [], severities: [], flags: [] }, others: [] });
});
