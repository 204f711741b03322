import { z } from 'zod';
import { type Severity, severities } from '../sources/severity.ts';

export const audiences = ['duty', 'leads', 'everyone'] as const;
/** Who is reminded: those on duty (nobody: the leads), the leads, or everybody, in private as well. */
export type Audience = (typeof audiences)[number];

/** `seconds`: since it opened, was released, or its snooze ended. */
export type Step = Readonly<{ seconds: number; whom: Audience }>;

export type Policy = Readonly<Record<Severity, readonly Step[]>> &
  Readonly<{
    /** Seconds after which whoever acknowledged without an answer to the customer is reminded; null: never. */
    answer: number | null;
  }>;

export const defaultPolicy: Policy = {
  critical: [
    { seconds: 120, whom: 'duty' },
    { seconds: 300, whom: 'leads' },
    { seconds: 600, whom: 'everyone' },
  ],
  high: [
    { seconds: 600, whom: 'duty' },
    { seconds: 1_200, whom: 'leads' },
  ],
  medium: [{ seconds: 1_800, whom: 'duty' }],
  low: [],
  answer: null,
};

export const shortestSeconds = 30;
export const longestSeconds = 7 * 86_400;
export const mostSteps = 5;

const seconds = z.number().int().min(shortestSeconds).max(longestSeconds);
const steps = z.array(z.object({ seconds, whom: z.enum(audiences) }));
const stored = z.object({ critical: steps, high: steps, medium: steps, low: steps, answer: seconds.nullable() });

/** The policy as it is stored; the default one where nothing readable is. */
export function policyOf(value: unknown): Policy {
  return stored.safeParse(value).data ?? defaultPolicy;
}

/** What decides when somebody is reminded of an incidence. */
export type Escalating = Readonly<{
  status: 'open' | 'acknowledged' | 'closed';
  severity: Severity;
  kind: 'conversation' | 'chat' | 'ticket';
  openedAt: Date;
  openSince: Date | null;
  acknowledgedAt: Date | null;
  snoozedUntil: Date | null;
  /** How many steps were done since `openSince`. */
  escalationStep: number;
  /** 1: the holder was reminded to answer, at `holderRemindedAt`. */
  answerStep: number;
  holderRemindedAt: Date | null;
  /** Known only where the help desk reports the conversation. */
  detailsVersion: number | null;
  deskVersion: number | null;
  lastAnswerAt: Date | null;
  unanswered: readonly string[];
}>;

/** When the next step, or the end of the snooze, is due; null: nothing is. `due.ts` says the same in SQL. */
export function dueAt(policy: Policy, incidence: Escalating): Date | null {
  if (incidence.status !== 'closed' && incidence.snoozedUntil) return incidence.snoozedUntil;
  switch (incidence.status) {
    case 'open':
      return after(
        incidence.openSince ?? incidence.openedAt,
        policy[incidence.severity][incidence.escalationStep]?.seconds,
      );
    case 'acknowledged':
      if (policy.answer === null || !isAnswerAwaited(incidence)) return null;
      return after(answerBase(incidence), policy.answer);
    case 'closed':
      return null;
  }
}

/** What to do about an incidence that is due. Steps that passed while nothing was sent are one reminder. */
export type Due =
  | Readonly<{ kind: 'remind'; steps: readonly Step[]; escalationStep: number }>
  | Readonly<{ kind: 'ask-holder' }>
  /** Acknowledged, reminded, and still not answered: open again. */
  | Readonly<{ kind: 'reopen' }>
  /** Its snooze is over. */
  | Readonly<{ kind: 'wake' }>
  | Readonly<{ kind: 'nothing' }>;

export function decideDue(policy: Policy, incidence: Escalating, now: Date): Due {
  const due = dueAt(policy, incidence);
  if (!due || due > now) return { kind: 'nothing' };
  if (incidence.snoozedUntil) return { kind: 'wake' };
  if (incidence.status === 'acknowledged') {
    return { kind: incidence.answerStep === 0 ? 'ask-holder' : 'reopen' };
  }
  const base = (incidence.openSince ?? incidence.openedAt).getTime();
  const remaining = policy[incidence.severity].slice(incidence.escalationStep);
  const passed = remaining.filter((step) => base + step.seconds * 1000 <= now.getTime());
  return { kind: 'remind', steps: passed, escalationStep: incidence.escalationStep + passed.length };
}

/** The widest audience of some steps: everyone includes the leads, and the leads stand in for those on duty. */
export function widest(whom: readonly Audience[]): Audience {
  return audiences.findLast((audience) => whom.includes(audience)) ?? 'duty';
}

/** The help desk reports the conversation, and the customer waits for an answer. */
export function isAnswerAwaited(incidence: Escalating): boolean {
  const { kind, detailsVersion, deskVersion, lastAnswerAt, unanswered } = incidence;
  const isReported = kind === 'conversation' && (detailsVersion ?? deskVersion) !== null;
  return isReported && (lastAnswerAt === null || unanswered.length > 0);
}

export function isSeverity(word: string): word is Severity {
  return severities.some((severity) => severity === word);
}

/** The customer may have written since it was acknowledged; after a reminder the same time begins again. */
function answerBase(incidence: Escalating): Date {
  const { acknowledgedAt, openedAt, answerStep, holderRemindedAt } = incidence;
  const [oldest] = incidence.unanswered;
  const askedAt = oldest === undefined ? null : new Date(Number(oldest.split(':', 1)[0]));
  return latest([acknowledgedAt ?? openedAt, askedAt, answerStep === 0 ? null : holderRemindedAt]);
}

function latest(instants: readonly (Date | null)[]): Date {
  return new Date(Math.max(...instants.map((instant) => instant?.getTime() ?? 0)));
}

function after(base: Date, passedSeconds: number | undefined): Date | null {
  return passedSeconds === undefined ? null : new Date(base.getTime() + passedSeconds * 1000);
}
