import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Condition, conditionsText } from '../routes/route.ts';
import { severities } from '../sources/severity.ts';
import { sourceNames } from '../sources/source-event.ts';
import { parseRoute } from './parse-route.ts';

const read = (text: string) => {
  const parsed = parseRoute(text);
  return parsed.ok ? conditionsText(parsed.conditions) : parsed.problem.kind;
};

test('reads what people type, however they type it', () => {
  expect(read('tawk high+')).toBe('tawk high+');
  expect(read('HIGH+ Tawk')).toBe('tawk high+');
  expect(read('critical critical+')).toBe('critical');
  expect(read('inbox:"Website chat" alert')).toBe('alert inbox:"Website chat"');
  expect(read('inbox:“Website   chat”')).toBe('inbox:"Website chat"');
  expect(read('"inbox:Website chat"')).toBe('inbox:"Website chat"');
  expect(read('Inbox:7 post_order')).toBe('inbox:7 post-order');
  expect(read('property:«Læs mere»')).toBe('property:"Læs mere"');
  expect(read('tag:VIP preorder')).toBe('tag:vip pre-order');
  expect(read('tag:"big spender"')).toBe('tag:big-spender');
});

test('says what is wrong with nonsense', () => {
  expect(read('')).toBe('nothing');
  expect(read('urgent')).toBe('unknown');
  expect(read('tawk please')).toBe('unknown');
  expect(read('high++')).toBe('unknown');
  expect(read('tag:')).toBe('unnamed');
  expect(read('tag: vip')).toBe('unnamed');
  expect(read('inbox:""')).toBe('unnamed');
  expect(read('inbox:"Website chat')).toBe('unclosed-quote');
  expect(read('chatwoot tawk')).toBe('contradiction');
  expect(read('critical high')).toBe('contradiction');
  expect(read('critical high+')).toBe('critical high+');
  expect(read('tawk inbox:7')).toBe('contradiction');
  expect(read('pre-order post-order')).toBe('contradiction');
});

test('never throws, and what it writes it reads as the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const parsed = parseRoute(text);
      if (parsed.ok) expect(parseRoute(conditionsText(parsed.conditions))).toEqual(parsed);
    }),
  );
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const word = fc.oneof(
    fc.constantFrom(...sourceNames, ...severities, ...severities.map((one) => `${one}+`), 'pre-order', 'Post-Order'),
    fc.tuple(fc.constantFrom('inbox', 'property', 'tag'), name).map(([key, value]) => `${key}:"${value}"`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const parsed = parseRoute(words.join(' '));
      if (!parsed.ok) return;
      expect(parseRoute(conditionsText(parsed.conditions))).toEqual(parsed);
      const turned = parseRoute(words.toReversed().join(' '));
      expect(turned).toEqual(parsed);
    }),
  );
  const order = (conditions: readonly Condition[]) => conditions.map(({ kind }) => kind);
  const parsed = parseRoute('tag:a pre-order high chatwoot');
  expect(parsed.ok && order(parsed.conditions)).toEqual(['source', 'severity', 'tag', 'stage']);
});
