import * as fc from 'fast-check';
import type { RestFault } from '../../src/app/sandbox-mode/chatwoot/faults.ts';
import type { Priority, Status } from '../../src/app/sandbox-mode/chatwoot/records.ts';
import type { WebhookFaults } from '../../src/app/sandbox-mode/chatwoot/webhooks.ts';
import { severities } from '../../src/sources/severity.ts';
import type { Snooze } from '../../src/telegram/snooze-time.ts';

/** So few, so that much happens to each at once. */
export const conversationsEach = 2;

const label = fc.constantFrom('refund', 'vip');
const about = { at: fc.nat(conversationsEach - 1) };
/** Ana is somebody in Chatwoot, Ben is not. */
const by = fc.constantFrom<'ana' | 'ben'>('ana', 'ben');
const done = {
  label,
  by,
  to: fc.constantFrom<'ana' | 'ben'>('ana', 'ben'),
  severity: fc.constantFrom(...severities),
  snooze: fc.constantFrom<Snooze>('30m', '2h', 'tomorrow'),
};
const commands = [
  '/ack',
  '/ack',
  '/close',
  '/tag',
  '/severity',
  '/snooze',
  '/assign',
  '/note',
  '/undo',
  '/reply',
] as const;
const buttons = [
  ...(['acknowledge', 'acknowledge', 'release', 'release', 'reopen', 'reopen', 'close'] as const),
  ...(['severity', 'snooze', 'assign', 'tag', 'untag', 'undo'] as const),
];

/** One thing that people, customers, networks or machines may do. `at`: which of the conversations. */
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      ...about,
      ...done,
      kind: fc.constant('types' as const),
      command: fc.constantFrom(...commands),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      ...about,
      ...done,
      kind: fc.constant('presses' as const),
      button: fc.constantFrom(...buttons),
    }),
  },
  // Whatever stands under the card, also in a menu.
  { weight: 6, arbitrary: fc.record({ ...about, by, kind: fc.constant('presses any' as const), index: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ by, kind: fc.constant('sends' as const) }) },
  { weight: 2, arbitrary: fc.record({ by, kind: fc.constant('hands over' as const), taker: by }) },
  { weight: 6, arbitrary: fc.record({ ...about, kind: fc.constant('writes' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...about, kind: fc.constant('answers' as const) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      ...about,
      kind: fc.constant('status' as const),
      status: fc.constantFrom<Status>('open', 'resolved', 'resolved', 'pending', 'snoozed', 'snoozed'),
      /** Hours; null: until the customer writes. */
      snoozed: fc.constantFrom(1, 3, null),
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
        { match: /toggle_status|assignments/, as: { delayMs: 200 }, times: 1 },
        { match: /^GET .*conversations.\d+$/, as: { delayMs: 200 }, times: 1 },
        { match: /^POST/, as: { status: 429, retryAfter: 1 }, times: 1 },
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
export function argumentOf({ command, ...one }: Extract<Step, { kind: 'types' }>): string {
  switch (command) {
    case '/ack':
    case '/undo':
      return '';
    case '/close':
      return ' resolved';
    case '/tag':
      return ` ${one.label}`;
    case '/severity':
      return ` ${one.severity}`;
    case '/snooze':
      return ` ${one.snooze}`;
    case '/assign':
      return ` ${one.to}`;
    case '/note':
    case '/reply':
      return ` about the ${one.label}`;
  }
}
