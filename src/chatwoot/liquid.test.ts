import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderLiquid } from '../app/sandbox-mode/chatwoot/liquid.ts';
import { withoutLiquid } from './liquid.ts';

const pieces = fc.constantFrom('{', '}', '%', '`', ' ', 'contact.email', 'raw', 'endraw', '{{', '{%', '%}', '}}', 'a');

test('no text runs as Liquid, whatever braces and backticks it holds', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const safe = withoutLiquid(text);
      expect(renderLiquid(safe, { 'contact.email': 'leaked' })).toBe(safe);
      expect(safe.replaceAll('\u200B', '')).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});
