import { createDurations, decodeLists, type Durations, encodeLists } from './durations.ts';
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
export type AddUp = (packed: readonly Packed[], facts: readonly Fact[]) => Flow;

/**
 * Shared by all sums of this process: a sum is synchronous, so no two overlap. Each takes half a megabyte: made anew for
 * each answer, V8 collected the whole heap after every fourth, which held up webhooks by 30 ms.
 */
let shared: readonly Durations[] | undefined;

export function createAddUp(hasBusinessHours: boolean): AddUp {
  shared ??= [...timedKinds, ...timedKinds].map(() => createDurations());
  const lists = shared;
  const clock = (index: number): Clock => {
    const list = lists[index];
    return { n: list?.count() ?? 0, median: list?.quantile(0.5) ?? null, p90: list?.quantile(0.9) ?? null };
  };
  const times = (kind: (typeof timedKinds)[number]) => {
    const index = timedKinds.indexOf(kind);
    const real = clock(index);
    return { real, business: hasBusinessHours ? clock(index + timedKinds.length) : real };
  };
  return (packed, facts) => {
    for (const list of lists) list.clear();
    const count = (kind: (typeof countedKinds)[number]) => {
      const index = countedKinds.indexOf(kind);
      const before = packed.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0);
      return before + facts.filter((fact) => fact.kind === kind).length;
    };
    // Where several were joined, the lists begin anew after the last one.
    for (const { durations } of packed) {
      decodeLists(durations, (list, seconds) => lists[list % lists.length]?.add(seconds));
    }
    for (const { kind, seconds, business } of facts) {
      const timed = timedKinds.findIndex((known) => known === kind);
      if (timed === -1) continue;
      if (seconds !== null) lists[timed]?.add(seconds);
      if (business !== null) lists[timed + timedKinds.length]?.add(business);
    }
    return {
      opened: count('opened'),
      acknowledged: count('acknowledged'),
      closed: count('closed'),
      reopened: count('reopened'),
      missed: count('missed'),
      toAcknowledge: times('acknowledged'),
      toAnswer: times('answered'),
      toClose: times('closed'),
    };
  };
}
