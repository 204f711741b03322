import { DateTime } from 'luxon';
import type { Subject } from '../../../sources/source-event.ts';
import type { Severity } from '../samples/customers.ts';
import { demoAgents } from './people.ts';
import type { Chance } from './random.ts';
import { type DemoStep, minutesAfter } from './step.ts';
import { demoNotes, demoTags } from './words.ts';

export type Teller = Readonly<{ chance: Chance; zone: string }>;

/** Minutes until somebody acknowledges. */
const patience: Readonly<Record<Severity, number>> = { critical: 1.5, high: 4, medium: 9, low: 22 };

type Case = Readonly<{ at: Date; severity: Severity; subject: Subject; isStorm?: boolean }>;
type Handled = Readonly<{ steps: DemoStep[]; by: string; answeredAt?: Date; closedAt?: Date }>;

/** What the team does about it, by who is at work then. */
export function handle({ chance, zone }: Teller, { at, severity, subject, isStorm = false }: Case): Handled {
  const by = whoWorks(chance, at, zone);
  const { pace, identity } = demoAgents[by] ?? { pace: 1, identity: { firstName: 'Ana' } };
  const act = (when: Date, action: (DemoStep & { kind: 'act' })['action'], who = by): DemoStep => ({
    at: when,
    kind: 'act',
    subject,
    by: who,
    action,
  });
  const acknowledgedAt = minutesAfter(at, chance.around(patience[severity] * pace * (isStorm ? 3 : 1)));
  const answeredAt = minutesAfter(acknowledgedAt, chance.around(3 * pace));
  const closedAt = minutesAfter(answeredAt, chance.around(24 * pace));
  const name = identity.firstName;
  if (chance.happens(0.03)) {
    const outcome = chance.pick(['spam', 'duplicate'] as const);
    return { steps: [act(acknowledgedAt, { kind: 'close', outcome })], by: name };
  }
  const other = whoWorks(chance, closedAt, zone);
  const released = chance.happens(0.05)
    ? [
        act(minutesAfter(acknowledgedAt, 1), { kind: 'release' }),
        act(minutesAfter(acknowledgedAt, 2), { kind: 'acknowledge' }, other),
      ]
    : [];
  const tags = chance.happens(0.45) ? [chance.pick(demoTags)] : [];
  const isKept = chance.happens(0.015);
  const note = chance.happens(0.15) ? chance.pick(demoNotes) : undefined;
  const outcome = chance.happens(0.12) ? ('no_reply_needed' as const) : ('resolved' as const);
  const reopened = chance.happens(0.04)
    ? [
        act(minutesAfter(closedAt, 40), { kind: 'reopen' }, other),
        act(minutesAfter(closedAt, 48), { kind: 'acknowledge' }, other),
        act(minutesAfter(closedAt, 75), { kind: 'close', outcome: 'resolved' }, other),
      ]
    : [];
  return {
    steps: [
      act(acknowledgedAt, { kind: 'acknowledge' }),
      ...released,
      ...(tags.length > 0 ? [{ at: minutesAfter(answeredAt, 1), kind: 'tag' as const, subject, by, tags }] : []),
      ...(isKept
        ? []
        : [act(closedAt, { kind: 'close', outcome, note }, released.length > 0 ? other : by), ...reopened]),
    ],
    by: name,
    // Some are closed without a word.
    ...(chance.happens(0.92) ? { answeredAt } : {}),
    ...(isKept ? {} : { closedAt }),
  };
}

/** What came back is looked at, and closed for good. */
export function takeAgain({ chance, zone }: Teller, subject: Subject, at: Date): DemoStep[] {
  const acknowledgedAt = minutesAfter(at, chance.around(12));
  const by = whoWorks(chance, acknowledgedAt, zone);
  const about = { kind: 'act' as const, subject, by };
  return [
    { ...about, at: acknowledgedAt, action: { kind: 'acknowledge' } },
    { ...about, at: minutesAfter(acknowledgedAt, chance.around(25)), action: { kind: 'close', outcome: 'resolved' } },
  ];
}

/** One of those at work; at night there is one. */
function whoWorks(chance: Chance, at: Date, zone: string): number {
  const { hour } = DateTime.fromJSDate(at, { zone });
  const working = demoAgents.flatMap(({ hours: [from, to] }, index) =>
    (hour >= from && hour < to) || hour + 24 < to ? [index] : [],
  );
  return chance.pick(working);
}
