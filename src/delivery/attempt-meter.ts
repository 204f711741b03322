import type { AttemptRecord } from './settle.ts';

/** How often this process attempted a kind of delivery with one outcome, and how long that took in all. */
export type Attempted = Readonly<{ kind: string; outcome: string; count: number; seconds: number }>;

export type AttemptMeter = Readonly<{
  note: (done: Pick<AttemptRecord, 'delivery' | 'attempt' | 'ms'>) => void;
  all: () => readonly Attempted[];
}>;

/** For `/metrics`. Kinds and outcomes are few, so it stays small. */
export function createAttemptMeter(): AttemptMeter {
  const noted = new Map<string, Attempted>();
  return {
    note: ({ delivery: { kind }, attempt: { outcome }, ms }) => {
      const key = `${kind} ${outcome}`;
      const { count, seconds } = noted.get(key) ?? { count: 0, seconds: 0 };
      noted.set(key, { kind, outcome, count: count + 1, seconds: seconds + ms / 1_000 });
    },
    all: () => [...noted.values()],
  };
}
