import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BotApiError } from '../src/bot-api-error.ts';
import type { Entity } from '../src/entities.ts';
import { parseHtml } from '../src/html.ts';
import { cleanText, formatText } from '../src/text.ts';

type Parsed = { text: string; entities: Entity[] };
type Vectors = {
  tdlib: ({ input: string } & (Parsed | { error: string }))[];
  derived: { name: string; input: string; parsed?: Parsed; message?: Parsed; error?: string }[];
};

const file = new URL('./fixtures/html_vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const LIMIT = { longest: 4096, tooLong: 'message is too long', mayBeEmpty: false };

function parsed(input: string): Parsed | { error: string } {
  try {
    return parseHtml(input);
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe('the parser agrees with Telegram', () => {
  test.each(vectors.tdlib)('$input', ({ input, ...expected }) => {
    expect(parsed(input)).toEqual(expected);
  });
});

describe('what becomes of our kind of text', () => {
  test.each(vectors.derived.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const { input, error } = vector;
    if (vector.parsed) expect(parsed(input)).toEqual(vector.parsed);
    if (vector.message) {
      const { text, entities } = parseHtml(input);
      expect(cleanText(text, entities)).toEqual(vector.message);
    }
    if (error) expect(() => formatText({ text: input, parseMode: 'HTML' }, LIMIT)).toThrow(error);
  });
});

test('escaped text comes back as it was, whatever it is', () => {
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(parseHtml(`<b>${escape(text)}</b>`).text).toBe(text);
    }),
  );
});

test('no input makes the parser do anything but parse or refuse', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '/',
    '&',
    '"',
    "'",
    '=',
    ' ',
    'b',
    'a href',
    '<b>',
    '</b>',
    '<code>',
    '</>',
    '&lt',
    '🏟',
    '@',
    '.',
    'x.com',
    '://',
    '%',
    '#',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        const { text, entities } = formatText({ text: pieces.join(''), parseMode: 'HTML' }, LIMIT);
        for (const { offset, length } of entities) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(BotApiError);
      }
    }),
  );
});
