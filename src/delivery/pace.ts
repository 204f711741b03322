import { rank } from './delivery.ts';

/** At most `max` messages in any `windowMs`. */
export type Rule = Readonly<{ max: number; windowMs: number }>;

/** `interactive`: the answer to a command or a press, which does not queue behind deliveries but counts. */
export type Priority = 'interactive' | 'critical' | 'high' | 'normal';

/** What the outside bears: in one lane, by how urgent a message is, and from us in all. */
export type Limits = Readonly<{
  lane: (lane: string) => Readonly<Record<Priority, readonly Rule[]>>;
  overall: readonly Rule[];
}>;

/**
 * The earliest instant (ms) at which one more message keeps every rule, Infinity where a rule allows none.
 * `sent`: when earlier ones went, ascending, ms.
 */
export function earliest(sent: readonly number[], rules: readonly Rule[]): number {
  let at = 0;
  for (const { max, windowMs } of rules) {
    if (max <= 0) return Number.POSITIVE_INFINITY;
    const limiting = sent.at(-max);
    if (sent.length >= max && limiting !== undefined) at = Math.max(at, limiting + windowMs);
  }
  return at;
}

export function priorityOf(deliveryRank: number): Priority {
  if (deliveryRank === rank.critical) return 'critical';
  return deliveryRank === rank.high ? 'high' : 'normal';
}

/** Longest window of any rule: older messages need not be remembered. */
export const memoryMs = 61_000;
