import type { Severity } from './severity.ts';

/** What the rules look at. `words`: how grave the customer's own words are (`severityOfText`). */
export type Situation = Readonly<{
  words: Severity;
  tier: string | undefined;
  cartValue: number | undefined;
  frictionScore: number | undefined;
}>;

type Rule = Readonly<{ when: (situation: Situation) => boolean; atLeast: Severity }>;

const vipTiers: readonly string[] = ['VIP', 'PLATINUM', 'DIAMOND'];
/** In CURRENCY. */
const largeCart = 50_000;

/**
 * How what the shop knows raises a severity; docs/tawk.md shows the same table. It never lowers one.
 *
 * | the shop says                                  | the customer writes | at least |
 * | ---------------------------------------------- | ------------------- | -------- |
 * | tier VIP, PLATINUM or DIAMOND                  | a complaint         | critical |
 * | cart of 50,000 or more                         | anything            | high     |
 * | friction of 0.8 or more (of 1), or 80 (of 100) | anything            | high     |
 */
const rules: readonly Rule[] = [
  { when: ({ tier, words }) => isVip(tier) && words === 'high', atLeast: 'critical' },
  { when: ({ cartValue = 0 }) => cartValue >= largeCart, atLeast: 'high' },
  { when: ({ frictionScore = 0 }) => isHighFriction(frictionScore), atLeast: 'high' },
];

/** The gravest that a rule asks for; undefined where none applies. */
export function severityOfContext(situation: Situation): Severity | undefined {
  const asked = rules.filter(({ when }) => when(situation)).map(({ atLeast }) => atLeast);
  return asked.find((severity) => severity === 'critical') ?? asked[0];
}

function isVip(tier: string | undefined): boolean {
  return tier !== undefined && vipTiers.includes(tier.trim().toUpperCase());
}

/** Shops score from 0 to 1 or from 0 to 100. */
function isHighFriction(score: number): boolean {
  return score > 1 ? score >= 80 : score >= 0.8;
}
