import { expect, it } from 'vitest';
import { pass } from './check.ts';
import { runChecks } from './run-checks.ts';

it('a check that hangs and one that throws hide no other, and the order stays', async () => {
  const found = await runChecks([
    { name: 'hangs', timeoutMs: 10, run: () => new Promise(() => undefined) },
    {
      name: 'throws',
      run: () => {
        throw new TypeError('a secret');
      },
    },
    { name: 'works', run: () => [pass('works', 'yes'), pass('too', 'yes')] },
  ]);
  expect(found.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'hangs fail',
    'throws fail',
    'works ok',
    'too ok',
  ]);
  expect(JSON.stringify(found)).not.toContain('a secret');
});
