import { describe, expect, it } from 'vitest';
import { cleanId, cleanLine, cleanText } from './clean-text.ts';

describe('cleanText', () => {
  it.each([
    ['line breaks become \\n, tabs stay', 'a\r\nb\rc\td', 'a\nb\nc\td'],
    ['control characters go, U+0000 first of all', 'a\u0000b\u0007c\u001b[31md\u0085', 'abc[31md'],
    [
      'bidi overrides go, marks of Arabic and Hebrew stay',
      'a\u202Efdp.exe\u202C \u2066x\u2069 \u200Fب',
      'afdp.exe x \u200Fب',
    ],
    ['lone surrogates are replaced, pairs stay', 'a\uD83D b \uDE00 😀', 'a\uFFFD b \uFFFD 😀'],
    ['joined emoji stay', '👩‍🍳', '👩‍🍳'],
    ['space around goes', '  a \n', 'a'],
  ])('%s', (_, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it('keeps 20,000 characters, and never half of a pair', () => {
    expect(cleanText('x'.repeat(30_000))).toHaveLength(20_000);
    expect(cleanText('ab😀', 3)).toBe('ab');
    expect(cleanText('ab😀', 4)).toBe('ab😀');
  });
});

it.each([
  '\u3164',
  '\u2800\u200B',
  '\u200D',
  '\u2060',
  '\uFE0F',
  '\u115F\u1160',
  '\uFFA0',
  '\u00AD',
  '\u034F',
  '\u061C',
  '\u180E',
  '\u{E0020}\u{E007F}',
  '\u3164 \n\u3164',
  '\u200E\u200F',
])('%j is no text', (text) => {
  expect([cleanText(text), cleanLine(text), cleanId(text)]).toEqual(['', '', undefined]);
});

it('a line is empty when nothing visible is left of it after the cut', () => {
  expect(cleanLine(`${'\u3164'.repeat(300)}Ana`)).toBe('');
});

it.each(['❤️', '👩‍🍳', '1️⃣', 'می‌خواهم', 'क्‍ष', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'ᄒ\u1160', 'Ana\u3164'])('%s stays as it is', (text) => {
  expect([cleanText(text), cleanLine(text)]).toEqual([text, text]);
});

it('cleanLine makes one line of it', () => {
  expect(cleanLine(' Ana\n\nReason: fake \t x ')).toBe('Ana Reason: fake x');
  expect(cleanLine('x'.repeat(300))).toHaveLength(200);
});

it('cleanId keeps an id, and shortens an over-long one to the same short id every time', () => {
  expect(cleanId(' T-1\u0000001 ')).toBe('T-1001');
  expect(cleanId('\u0000 ')).toBeUndefined();
  expect(cleanId('c'.repeat(255))).toBe('c'.repeat(255));
  expect(cleanId('c'.repeat(256))).toMatch(/^sha256:[0-9a-f]{32}$/);
  expect(cleanId('c'.repeat(256))).toBe(cleanId('c'.repeat(256)));
  expect(cleanId('c'.repeat(256))).not.toBe(cleanId('c'.repeat(257)));
});
