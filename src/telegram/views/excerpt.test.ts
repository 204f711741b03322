import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpt, matchesIn } from './excerpt.ts';
import { plainText } from './html.ts';

describe('excerpt', () => {
  test.each([
    ['I want a refund now', ['refund'], 'I want a <b>refund</b> now'],
    ['REFUNDS & <more>', ['refund'], '<b>REFUNDS</b> &amp; &lt;more&gt;'],
    ['prerefund refund', ['refund'], 'prerefund <b>refund</b>'],
    ['Müller, MÜLL', ['müll'], '<b>Müller</b>, <b>MÜLL</b>'],
    ['a+b (c)', ['b', 'c'], 'a+<b>b</b> (<b>c</b>)'],
    ['nothing of it', ['refund'], 'nothing of it'],
    ['two\n\nlines', ['lines'], 'two <b>lines</b>'],
    [
      'the order is late and I want my refund at once please',
      ['refund'],
      '…is late and I want my <b>refund</b> at once…',
    ],
  ])('of %j for %j', (text, words, expected) => {
    expect(excerpt(text, words, 38).html).toBe(expected);
  });

  test('is never longer than asked for, and never breaks the markup', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(text, words, fc.integer({ min: 2, max: 100 }), (said, looked, max) => {
        const { html } = excerpt(said, looked, max);
        // What isolates it takes no room.
        const shown = plainText({ html } as ReturnType<typeof excerpt>).replaceAll(/[\u200E\u2068\u2069]/g, '');
        expect([...shown].length).toBeLessThanOrEqual(max);
        expect(html.replaceAll(/<\/?b>/g, '')).not.toMatch(/[<>"]/);
        expect(html.match(/<b>/g)?.length).toBe(html.match(/<\/b>/g)?.length);
      }),
    );
  });
});

test('matchesIn counts each word once', () => {
  expect(matchesIn('refund, refund and visa', ['refund', 'vis', 'order'])).toBe(2);
});
