import { createDurations, decodeLists, encodeLists } from './durations.ts';
import type { Clock, Flow } from './numbers.ts';

const countedKinds = ['opened', 'acknowledged', 'closed', 'reopened', 'missed'] as const;
const timedKinds = ['acknowledged', 'answered', 'closed'] as const;

/** One thing that happened. `seconds` and `business` are null where nothing was measured. */
export type Fact = Readonly<{ kind: string; seconds: number | null; business: number | null }>;

/** What was counted, as it is stored: `counts` of `countedKinds`; durations in all, then in business hours, of `timedKinds`. */
export type Packed = Readonly<{ counts: readonly number[]; durations: Buffer }>;

export function pack(facts: readonly Fact[]): Packed {
  const of = (kind: string) => facts.filter((fact) => fact.kind === kind);
  const lists = (pick: (fact: Fact) => number | null) =>
    timedKinds.map((kind) => of(kind).flatMap((fact) => pick(fact) ?? []));
  return {
    counts: countedKinds.map((kind) => of(kind).length),
    durations: encodeLists([...lists(({ seconds }) => seconds), ...lists(({ business }) => business)]),
  };
}

/** Adds up what is stored and what is not yet. */
export type Tally = Readonly<{
  addPacked: (packed: Packed) => void;
  addFact: (fact: Fact) => void;
  flow: () => Flow;
}>;

export function createTally(hasBusinessHours: boolean): Tally {
  const counts = countedKinds.map(() => 0);
  const lists = [...timedKinds, ...timedKinds].map(() => createDurations());
  const times = (kind: (typeof timedKinds)[number]) => {
    const index = timedKinds.indexOf(kind);
    const real = clock(index);
    return { real, business: hasBusinessHours ? clock(index + timedKinds.length) : real };
  };
  const clock = (index: number): Clock => {
    const list = lists[index];
    return { n: list?.count() ?? 0, median: list?.quantile(0.5) ?? null, p90: list?.quantile(0.9) ?? null };
  };
  return {
    addPacked: (packed) => {
      packed.counts.forEach((count, index) => (counts[index] = (counts[index] ?? 0) + count));
      decodeLists(packed.durations, (list, seconds) => lists[list]?.add(seconds));
    },
    addFact: ({ kind, seconds, business }) => {
      const counted = countedKinds.findIndex((known) => known === kind);
      if (counted !== -1) counts[counted] = (counts[counted] ?? 0) + 1;
      const timed = timedKinds.findIndex((known) => known === kind);
      if (timed === -1) return;
      if (seconds !== null) lists[timed]?.add(seconds);
      if (business !== null) lists[timed + timedKinds.length]?.add(business);
    },
    flow: () => {
      const [opened = 0, acknowledged = 0, closed = 0, reopened = 0, missed = 0] = counts;
      return {
        opened,
        acknowledged,
        closed,
        reopened,
        missed,
        toAcknowledge: times('acknowledged'),
        toAnswer: times('answered'),
        toClose: times('closed'),
      };
    },
  };
}
