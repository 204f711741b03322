import { rank } from './delivery.ts';

/** At most `max` messages in any `windowMs`. */
export type Rule = Readonly<{ max: number; windowMs: number }>;

/** `interactive`: the answer to a command or a press, which does not queue behind deliveries but counts. */
export type Priority = 'interactive' | 'critical' | 'high' | 'normal';

export type Limits = Readonly<{
  group: Readonly<Record<Priority, readonly Rule[]>>;
  private: Readonly<Record<Priority, readonly Rule[]>>;
  bot: readonly Rule[];
}>;

const second: Rule = { max: 1, windowMs: 1_050 };
const shortBurst: Rule = { max: 3, windowMs: 3_150 };
// So that criticals that come all at once are sent, the k-th, within 3 s × k + 5 s whatever went before them,
// at most n others may have gone in any 3 n - 3 seconds (docs/decisions/0003).
const smooth: readonly Rule[] = Array.from({ length: 15 }, (_, index) => {
  const max = index + 3;
  return { max, windowMs: (3 * max - 3) * 1_000 };
});
const minute = (max: number): Rule => ({ max, windowMs: 61_000 });

/**
 * What Telegram bears (Bots FAQ, "My bot is hitting limits"): one message a second in a chat, 20 a minute in a group,
 * 30 a second in all; edits count like messages. The last quarter of a group's minute belongs to critical and high.
 * Windows are a little longer than Telegram's, since our clock sees a message later than its server.
 */
export const telegramLimits: Limits = {
  group: {
    interactive: [shortBurst, minute(20)],
    critical: [second, minute(20)],
    high: [second, ...smooth, minute(18)],
    normal: [second, ...smooth, minute(15)],
  },
  private: { interactive: [shortBurst], critical: [second], high: [second], normal: [second] },
  bot: [{ max: 28, windowMs: 1_050 }],
};

const free = { interactive: [], critical: [], high: [], normal: [] };
/** For a Telegram that does not limit: the sandbox with its flood limits off. */
export const unlimited: Limits = { group: free, private: free, bot: [] };

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
