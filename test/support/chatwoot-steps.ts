import * as fc from 'fast-check';
import type { RestFault } from '../../src/app/sandbox-mode/chatwoot/faults.ts';
import type { Priority, Status } from '../../src/app/sandbox-mode/chatwoot/records.ts';
import type { WebhookFaults } from '../../src/app/sandbox-mode/chatwoot/webhooks.ts';

/** So few, so that much happens to each at once. */
export const conversationsEach = 2;

const label = fc.constantFrom('refund', 'vip');
const about = { at: fc.nat(conversationsEach - 1) };
const typed = fc.constantFrom('/ack', '/release', '/close', '/reopen', '/tag', '/untag', '/severity', '/snooze');

/** One thing that people, customers, networks or machines may do. `at`: which of the conversations. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ ...about, kind: fc.constant('types' as const), command: typed, label }) },
  { weight: 8, arbitrary: fc.record({ ...about, kind: fc.constant('presses' as const), button: fc.nat(3) }) },
  { weight: 6, arbitrary: fc.record({ ...about, kind: fc.constant('writes' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...about, kind: fc.constant('answers' as const) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      ...about,
      kind: fc.constant('status' as const),
      status: fc.constantFrom<Status>('open', 'resolved', 'resolved', 'pending', 'snoozed'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ...about, kind: fc.constant('label' as const), label }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...about,
      kind: fc.constant('priority' as const),
      priority: fc.constantFrom<Priority | null>('low', 'medium', 'high', 'urgent', null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ ...about, kind: fc.constant('assigns' as const), user: fc.constantFrom(31, 32, null) }),
  },
  { weight: 1, arbitrary: fc.record({ ...about, kind: fc.constant('deletes message' as const) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant(0), kind: fc.constant('deletes conversation' as const) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('webhooks' as const),
      faults: fc.constantFrom<Partial<WebhookFaults>>(
        {},
        { lose: 1 },
        { lose: 0.5, reorder: 0.8 },
        { double: 0.3, reorder: 0.8, delayMs: 50 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('rest' as const),
      fault: fc.constantFrom<RestFault>(
        { match: /conversations.\d/, as: { status: 500 }, times: 2 },
        { match: /^POST/, as: 'cut', times: 1 },
        { match: /^POST/, as: 'cut-after', times: 1 },
        { match: /toggle_status/, as: { delayMs: 200 }, times: 1 },
      ),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('calm' as const),
      until: fc.constantFrom('told', 'processed', 'written'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), hangs: fc.boolean() }) },
);
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

export const steps: fc.Arbitrary<Step[]> = fc.noBias(fc.array(step, { minLength: 1, maxLength: 70, size: 'max' }));

/** What is typed behind the command and the number. */
export function argumentOf({ command, label: name }: Extract<Step, { kind: 'types' }>): string {
  if (command === '/tag' || command === '/untag') return ` ${name}`;
  if (command === '/severity') return name === 'vip' ? ' critical' : ' low';
  if (command === '/snooze') return ' 2h';
  return command === '/close' ? ' resolved' : '';
}
