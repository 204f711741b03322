import { rank } from './delivery.ts';

/** `interactive`: the answer to a command or a press, which does not queue behind deliveries but counts. */
export type Priority = 'interactive' | 'critical' | 'high' | 'normal';

/** At most `max` messages in any `windowMs`; with `of`, only those of that priority count. */
export type Rule = Readonly<{ max: number; windowMs: number; of?: Priority }>;

/** A message that reached, or may have reached, the external system; `at` in ms. */
export type SentMessage = Readonly<{ at: number; priority: Priority }>;

/** What the external systems allow: in one lane, by priority, and in all lanes of one group together. */
export type Limits = Readonly<{
  lane: (lane: string) => Readonly<Record<Priority, readonly Rule[]>>;
  group: (group: string) => readonly Rule[];
}>;

/**
 * The earliest instant (ms) at which one more message keeps every rule, Infinity where a rule allows none.
 * `sent`: earlier messages, the oldest first.
 */
export function earliest(sent: readonly SentMessage[], rules: readonly Rule[]): number {
  let at = 0;
  for (const { max, windowMs, of } of rules) {
    if (max <= 0) return Number.POSITIVE_INFINITY;
    const limiting = (of ? sent.filter(({ priority }) => priority === of) : sent).at(-max);
    if (limiting) at = Math.max(at, limiting.at + windowMs);
  }
  return at;
}

export function priorityOf(deliveryRank: number): Priority {
  if (deliveryRank === rank.critical) return 'critical';
  return deliveryRank === rank.high ? 'high' : 'normal';
}

/** Longest window of any rule: older messages need not be remembered. */
export const memoryMs = 61_000;
