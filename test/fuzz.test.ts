import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { checkBody, isTrusted, type SourceOfBodies, sourcesOfBodies } from './support/fuzz/bodies.ts';
import { nastyText } from './support/fuzz/mutate.ts';
import { handled } from './support/fuzz/shown.ts';

vi.setConfig({ testTimeout: 120_000 });

const names = Object.keys(sourcesOfBodies) as SourceOfBodies[];

test.each(names)('%s: no body breaks the door, the reading, the database or what shows it', (name) => {
  const source = sourcesOfBodies[name];
  let shown = 0;
  fc.assert(
    fc.property(source.bodies, handled, (body, how) => {
      if (checkBody(source, body, how)) shown += 1;
    }),
    { numRuns: 300 },
  );
  // Most of what a real source sends is still read after a change or two.
  if (name !== 'context') expect(shown).toBeGreaterThan(30);
});

test.each(['chatwoot', 'tawk', 'context'] as const)(
  '%s: what is signed is trusted, and no other body with it',
  (name) => {
    const source = sourcesOfBodies[name];
    fc.assert(
      fc.property(source.bodies, source.bodies, fc.nat(), (body, other, at) => {
        const headers = source.sign?.(body) ?? {};
        expect(isTrusted(source, body, headers)).toBe(true);
        const flipped = Buffer.from(body);
        if (flipped.length > 0) flipped[at % flipped.length] = (flipped[at % flipped.length] ?? 0) ^ (1 << (at % 8));
        for (const changed of [other, flipped, Buffer.concat([body, Buffer.from(' ')]), body.subarray(1)]) {
          if (!changed.equals(body)) expect(isTrusted(source, changed, headers)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  },
);

test.each(names.filter((name) => name !== 'import'))('%s: no header but the right one is trusted', (name) => {
  const source = sourcesOfBodies[name];
  fc.assert(
    fc.property(source.bodies, fc.nat(), fc.nat(), nastyText, (body, which, at, nasty) => {
      const headers = source.sign?.(body) ?? {};
      const [header = '', value = ''] = Object.entries(headers)[which % Object.keys(headers).length] ?? [];
      const middle = at % value.length;
      for (const wrong of [nasty, value.slice(0, middle), value.slice(0, middle) + nasty + value.slice(middle)]) {
        if (plain(wrong) === plain(value)) continue;
        expect(isTrusted(source, body, { ...headers, [header]: wrong }), wrong).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});

/** Spaces and capitals may differ in a header that is right. */
function plain(header: string): string {
  return header.replaceAll(/\s/g, '').toLowerCase();
}
