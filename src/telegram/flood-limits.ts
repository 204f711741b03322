import type { Limits, Rule } from '../delivery/pace.ts';

const second: Rule = { max: 1, windowMs: 1_050 };
const shortBurst: Rule = { max: 3, windowMs: 3_150 };
// So that criticals that come all at once are sent, the k-th, within 3 s × k + 5 s whatever went before them,
// at most n others may have gone in any 3 n - 3 seconds (docs/decisions/0003).
const smooth: readonly Rule[] = Array.from({ length: 15 }, (_, index) => {
  const max = index + 3;
  return { max, windowMs: (3 * max - 3) * 1_000 };
});
const minute = (max: number): Rule => ({ max, windowMs: 61_000 });

const group = {
  interactive: [shortBurst, minute(20)],
  critical: [second, minute(20)],
  high: [second, ...smooth, minute(18)],
  normal: [second, ...smooth, minute(15)],
};
const privateChat = { interactive: [shortBurst], critical: [second], high: [second], normal: [second] };

/**
 * What Telegram bears (Bots FAQ, "My bot is hitting limits"): one message a second in a chat, 20 a minute in a group,
 * 30 a second in all; edits count like messages. The last quarter of a group's minute belongs to critical and high.
 * Windows are a little longer than Telegram's, since our clock sees a message later than its server.
 */
export const telegramLimits: Limits = {
  lane: (lane) => (isGroup(lane) ? group : privateChat),
  overall: [{ max: 28, windowMs: 1_050 }],
};

const free = { interactive: [], critical: [], high: [], normal: [] };
/** For a Telegram that does not limit: the sandbox with its flood limits off. */
export const unlimited: Limits = { lane: () => free, overall: [] };

/** Telegram numbers groups, supergroups and channels below zero. */
function isGroup(lane: string): boolean {
  return lane.includes(':-');
}
