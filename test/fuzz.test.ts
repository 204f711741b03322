import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { parseBusinessHours } from '../src/config/business-hours.ts';
import { userOfInitData } from '../src/dashboard/init-data.ts';
import { tagName } from '../src/incidences/tag-store.ts';
import { parseQuietHours } from '../src/quiet/quiet-hours.ts';
import { ruleName } from '../src/sources/severity-rules.ts';
import { parsePeriod } from '../src/stats/period.ts';
import { markedVisitor } from '../src/tawk/marker.ts';
import { encode, parse, seenIn } from '../src/telegram/callback-data.ts';
import { parseCommand } from '../src/telegram/command.ts';
import { parseCloseWords } from '../src/telegram/features/close-words.ts';
import { parseRoute } from '../src/telegram/parse-route.ts';
import { numberOf, splitList } from '../src/telegram/typed-number.ts';
import { parsePolicy } from '../src/telegram/typed-policy.ts';
import { spanMsOf } from '../src/telegram/typed-span.ts';
import { clockTimeOf, secondsOf } from '../src/telegram/typed-time.ts';
import { parsePosition } from '../src/telegram/views/open-list.ts';
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

const zone = 'Asia/Kolkata';
const now = new Date('2026-11-26T12:00:00Z');
/** What reads a text that people typed, or the data of a button. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  command: (text) => parseCommand(text, 'bellhop_bot'),
  button: (text) => [parse(text), seenIn(text)],
  route: parseRoute,
  policy: (text) => parsePolicy(text.split(/\s+/)),
  outcome: (text) => parseCloseWords(text.split(/\s+/)),
  numbers: (text) => splitList([text]).map(numberOf),
  seconds: secondsOf,
  span: spanMsOf,
  clock: (text) => clockTimeOf(text, zone, now),
  period: (text) => parsePeriod(text, zone, now),
  position: parsePosition,
  quiet: parseQuietHours,
  hours: parseBusinessHours,
  rule: ruleName,
  tag: tagName,
};
const typed = fc.oneof(
  nastyText,
  fc
    .tuple(
      fc.constantFrom(
        '/close',
        '7d',
        '2026-01-01..2026-01-31',
        'high+ tag:',
        'a:1@1',
        '22:00-08:00',
        'Mon-Fri 09:00',
        '1.5.9',
        '30m',
      ),
      nastyText,
      fc.boolean(),
    )
    .map(([right, nasty, isFirst]) => (isFirst ? `${right} ${nasty}` : `${nasty}${right}`)),
);

test.each(Object.keys(readers))('no typed text breaks what reads a %s', (name) => {
  fc.assert(
    fc.property(typed, (text) => {
      for (const one of [text, text.slice(0, 60)]) {
        const read = readers[name]?.(one);
        expect(JSON.stringify(readers[name]?.(one))).toBe(JSON.stringify(read));
        const button = name === 'button' ? parse(one) : undefined;
        if (button) expect(parse(encode(button))).toEqual(button);
      }
    }),
    { numRuns: 200 },
  );
});

test('data of a Mini App and the marker of a visitor vouch for nobody once they are changed', () => {
  const token = '1234567:fuzz';
  const key = createHmac('sha256', 'WebAppData').update(token).digest();
  const user = JSON.stringify({ id: 42, first_name: 'Ana' });
  const fields = { auth_date: String(now.getTime() / 1000), query_id: 'q', user };
  const signed = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  const hash = createHmac('sha256', key).update(signed.join('\n')).digest('hex');
  const data = new URLSearchParams({ ...fields, hash }).toString();
  const mac = createHmac('sha256', token).update('ctx:u1').digest('hex').slice(0, 32);
  const marker = `Asha [ctx:u1:${mac}]`;
  expect([userOfInitData(data, token, now), markedVisitor(marker, token)]).toEqual([42, 'u1']);
  fc.assert(
    fc.property(nastyText, fc.nat(), (nasty, at) => {
      const spoiled = (text: string) => text.slice(0, at % text.length) + nasty + text.slice((at % text.length) + 1);
      expect([undefined, 42]).toContain(userOfInitData(spoiled(data), token, now));
      expect([undefined, 'u1']).toContain(markedVisitor(spoiled(marker), token));
      expect(
        userOfInitData(data.replace('%3A42', `%3A43${encodeURIComponent(nasty.toWellFormed())}`), token, now),
      ).toBeUndefined();
      expect(
        markedVisitor(
          marker.replace('u1', () => nasty),
          token,
        ),
      ).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

/** Spaces and capitals may differ in a header that is right. */
function plain(header: string): string {
  return header.replaceAll(/\s/g, '').toLowerCase();
}
