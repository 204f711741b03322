import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import {
  checkBody,
  isTrusted,
  NotShown,
  type SourceOfBodies,
  sourcesOfBodies,
} from '../../test/support/fuzz/bodies.ts';
import { handled } from '../../test/support/fuzz/shown.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';

/** Real bodies with a few changes: nothing throws, nothing that Telegram refuses, nothing trusted that is not signed. */
export const fuzz: Figure = { name: 'fuzz', run };

const atOnce = 500;

async function run(bench: Bench): Promise<Row[]> {
  const count = bench.quick ? 5_000 : 100_000;
  const names = Object.keys(sourcesOfBodies) as SourceOfBodies[];
  const found = { bodies: 0, shown: 0, broken: 0, notShown: 0, trusted: 0 };
  const seed = randomInt(2 ** 30);
  bench.say(`fuzz: seed ${seed}`);
  const begun = performance.now();
  for (let round = 0; found.bodies < count; round += 1) {
    const source = sourcesOfBodies[names[round % names.length] ?? 'chatwoot'];
    const given = fc.tuple(source.bodies, handled);
    const bodies = fc.sample(given, { numRuns: Math.min(atOnce, count - found.bodies), seed: seed + round });
    let headers: Record<string, string> | undefined;
    let signedBody: Buffer | undefined;
    for (const [body, how] of bodies) {
      found.bodies += 1;
      try {
        if (checkBody(source, body, how)) found.shown += 1;
        // Of an alert the key is the proof, not its body.
        if (source.path && headers && !signedBody?.equals(body) && source !== sourcesOfBodies.alert) {
          if (isTrusted(source, body, headers)) found.trusted += 1;
        }
      } catch (error) {
        found[error instanceof NotShown ? 'notShown' : 'broken'] += 1;
        bench.say(`fuzz: ${String(error)} (seed ${seed + round}): ${body.toString('base64').slice(0, 2_000)}`);
      }
      [signedBody, headers] = [body, source.sign?.(body)];
    }
  }
  const perSecond = found.bodies / ((performance.now() - begun) / 1000);
  const none = (what: string, times: number) =>
    row(`${plain(found.bodies)} mutated bodies: ${what}`, { ours: plain(times), target: '0', ok: times === 0 });
  return [
    none('that a door, a reader or the database breaks on', found.broken),
    none(
      `cards, lists, notes and transcripts of the ${plain(found.shown)} shown that break or that Telegram refuses`,
      found.notShown,
    ),
    none('trusted by the signature of another', found.trusted),
    row(`${plain(found.bodies)} mutated bodies: made and checked`, { ours: `${plain(perSecond)}/s` }),
  ];
}
