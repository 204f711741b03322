import { isGroup } from '../routes/lane.ts';
import type { Limits, Rule } from '../delivery/pace.ts';

const second: Rule = { max: 1, windowMs: 1_050 };
const shortBurst: Rule = { max: 3, windowMs: 3_150 };
// So that the k-th of criticals that come all at once leaves within 3 s × k + 5 s whatever was sent before,
// at most n other messages may have been sent in any 3 n - 3 seconds (docs/decisions/0003).
const smooth: readonly Rule[] = Array.from({ length: 16 }, (_, index) => {
  const max = index + 2;
  return { max, windowMs: (3 * max - 3) * 1_000 };
});
/** Leaves one message free everywhere, so that an answer to a person never waits for a card that has just been sent. */
const roomForAnswer = smooth.slice(1).map(({ max, windowMs }) => ({ max: max - 1, windowMs }));
const minute = (max: number): Rule => ({ max, windowMs: 61_000 });

const group = {
  interactive: [...smooth, minute(18), { ...minute(15), of: 'interactive' as const }],
  critical: [second, minute(20)],
  high: [second, ...smooth, minute(18)],
  normal: [second, ...roomForAnswer, minute(15)],
};
const privateChat = { interactive: [shortBurst], critical: [second], high: [second], normal: [second] };

/**
 * What Telegram allows (Bots FAQ, "My bot is hitting limits"): one message a second in a chat, 20 a minute in a group,
 * 30 a second in all; edits count like messages. The last quarter of a group's minute belongs to critical and high,
 * its last two messages to critical alone; answers to people are at most three quarters of it.
 * Windows are a little longer than Telegram's, since our clock sees a message later than its server.
 */
export const telegramLimits: Limits = {
  lane: (lane) => (isGroup(lane) ? group : privateChat),
  group: () => [{ max: 28, windowMs: 1_050 }],
};

const free = { interactive: [], critical: [], high: [], normal: [] };
/** For a Telegram that does not limit: the sandbox with its flood limits off. */
export const unlimited: Limits = { lane: () => free, group: () => [] };
