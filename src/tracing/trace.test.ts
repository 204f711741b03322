import { expect, it } from 'vitest';
import { traceIdOf } from './trace.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

it.each([`00-${id}-00f067aa0ba902b7-01`, ` 00-${id}-00f067aa0ba902b7-00 `, `cc-${id}-00f067aa0ba902b7-01-later`])(
  'takes the trace of %s',
  (header) => {
    expect(traceIdOf(header)).toBe(id);
  },
);

it.each([
  undefined,
  '',
  id,
  `ff-${id}-00f067aa0ba902b7-01`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${id}-${'0'.repeat(16)}-01`,
  `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
  `00-${id}-00f067aa0ba902b7-01x`,
])('begins a new one for %s', (header) => {
  const made = traceIdOf(header);
  expect(made).toMatch(/^[\da-f]{32}$/);
  expect(made).not.toBe(id);
  expect(traceIdOf(header)).not.toBe(made);
});
