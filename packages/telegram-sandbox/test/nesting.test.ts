import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entity, end, sortEntities } from '../src/entities.ts';
import { parseHtml } from '../src/html.ts';
import { nestEntities } from '../src/nesting.ts';

const brief = ({ type, offset, length }: Entity) => `${type} ${offset}+${length}`;

test.each([
  ['<b>bold <code>x</code> more</b>', ['bold 0+5', 'code 5+1', 'bold 6+5']],
  ['<b>a<i>b</i>c</b>', ['bold 0+1', 'bold 1+2', 'italic 1+1']],
  ['<i><b>x</b></i>', ['bold 0+1', 'italic 0+1']],
  ['<b>a</b><b>b</b><i>c</i>', ['bold 0+2', 'italic 2+1']],
  ['<blockquote>a<b>b</b></blockquote>', ['blockquote 0+2', 'bold 1+1']],
  ['<a href="x.io">a <code>b</code></a>', ['text_link 0+3']],
  ['<pre>a<blockquote>b</blockquote></pre>', ['blockquote 1+1']],
  ['<blockquote>q <code>c<b>d</b></code></blockquote>', ['blockquote 0+4', 'code 2+2']],
])('%s', (html, expected) => {
  expect(nestEntities(parseHtml(html).entities).map(brief)).toEqual(expected);
});

test('whatever comes in, what comes out nests and does not change again', () => {
  const type = fc.constantFrom('bold', 'italic', 'spoiler', 'code', 'pre', 'text_link', 'blockquote', 'custom_emoji');
  const entity = fc.record({ type, offset: fc.nat(12), length: fc.nat(8) });
  fc.assert(
    fc.property(fc.array(entity, { maxLength: 8 }), (entities) => {
      const nested = nestEntities(entities);
      expect(sortEntities(nested)).toEqual(nested);
      for (const [index, outer] of nested.entries()) {
        for (const inner of nested.slice(index + 1)) {
          expect(inner.offset >= end(outer) || end(inner) <= end(outer)).toBe(true);
        }
      }
      expect(nestEntities(nested)).toEqual(nested);
    }),
  );
});
