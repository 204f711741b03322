import fc from 'fast-check';
import { expect, test } from 'vitest';
import { severities } from '../sources/severity.ts';
import {
  audiences,
  decideDue,
  defaultPolicy,
  dueAt,
  type Escalating,
  isAnswerAwaited,
  isSeverity,
  longestSeconds,
  type Policy,
  policyOf,
  shortestSeconds,
  widest,
} from './policy.ts';

const openedAt = new Date('2026-11-26T12:00:00Z');
const at = (seconds: number) => new Date(openedAt.getTime() + seconds * 1000);
const policy: Policy = { ...defaultPolicy, answer: 600 };

const open: Escalating = {
  status: 'open',
  severity: 'critical',
  kind: 'conversation',
  openedAt,
  openSince: null,
  acknowledgedAt: null,
  snoozedUntil: null,
  escalationStep: 0,
  answerStep: 0,
  holderRemindedAt: null,
  detailsVersion: 1,
  deskVersion: null,
  lastAnswerAt: null,
  unanswered: [],
};
const acknowledged: Escalating = { ...open, status: 'acknowledged', acknowledgedAt: at(60) };
const closed: Escalating = { ...open, status: 'closed' };
const asked = (seconds: number) => `${at(seconds).getTime()}:1`;

test.each<[string, Escalating, Date | null]>([
  ['open: the first step', open, at(120)],
  ['open: the next step', { ...open, escalationStep: 1 }, at(300)],
  ['open: no step left', { ...open, escalationStep: 3 }, null],
  ['open with a severity that nobody is reminded of', { ...open, severity: 'low' }, null],
  ['open again: counted from then', { ...open, openSince: at(1_000) }, at(1_120)],
  ['snoozed: when that ends', { ...open, snoozedUntil: at(7_200) }, at(7_200)],
  ['snoozed while acknowledged', { ...acknowledged, snoozedUntil: at(7_200) }, at(7_200)],
  ['closed', closed, null],
  ['closed while snoozed', { ...closed, snoozedUntil: at(7_200) }, null],
  ['acknowledged: the answer', acknowledged, at(660)],
  ['acknowledged at a time not known', { ...acknowledged, acknowledgedAt: null }, at(600)],
  ['asked after it was acknowledged', { ...acknowledged, unanswered: [asked(90), asked(500)] }, at(690)],
  ['asked before it was acknowledged', { ...acknowledged, unanswered: [asked(0)] }, at(660)],
  ['answered', { ...acknowledged, lastAnswerAt: at(70) }, null],
  ['answered, and asked again', { ...acknowledged, lastAnswerAt: at(70), unanswered: [asked(80)] }, at(680)],
  ['reminded: the same time again', { ...acknowledged, answerStep: 1, holderRemindedAt: at(660) }, at(1_260)],
  ['reminded of an earlier holding', { ...acknowledged, answerStep: 0, holderRemindedAt: at(660) }, at(660)],
  ['acknowledged chat, whose answers nobody reports', { ...acknowledged, kind: 'chat' }, null],
])('due: %s', (_name, incidence, expected) => {
  expect(dueAt(policy, incidence)).toEqual(expected);
});

test('without a time for the answer, who acknowledged is left in peace', () => {
  expect(dueAt(defaultPolicy, acknowledged)).toBeNull();
});

test('an answer is awaited where the help desk reports the conversation', () => {
  expect(isAnswerAwaited(acknowledged)).toBe(true);
  expect(isAnswerAwaited({ ...acknowledged, detailsVersion: null })).toBe(false);
  expect(isAnswerAwaited({ ...acknowledged, detailsVersion: null, deskVersion: 2 })).toBe(true);
  expect(isAnswerAwaited({ ...acknowledged, kind: 'ticket' })).toBe(false);
  expect(isAnswerAwaited({ ...acknowledged, lastAnswerAt: at(70) })).toBe(false);
  expect(isAnswerAwaited({ ...acknowledged, lastAnswerAt: at(70), unanswered: [asked(80)] })).toBe(true);
});

const [toDuty, toLeads, toEveryone] = defaultPolicy.critical;
test.each<[string, Escalating, number, object]>([
  ['before it is due', open, 119.999, { kind: 'nothing' }],
  ['when it is due', open, 120, { kind: 'remind', steps: [toDuty], escalationStep: 1 }],
  ['two steps late', open, 300, { kind: 'remind', steps: [toDuty, toLeads], escalationStep: 2 }],
  ['the last step', { ...open, escalationStep: 2 }, 600, { kind: 'remind', steps: [toEveryone], escalationStep: 3 }],
  ['after the last step', { ...open, escalationStep: 3 }, 9_000, { kind: 'nothing' }],
  ['open again', { ...open, openSince: at(100) }, 220, { kind: 'remind', steps: [toDuty], escalationStep: 1 }],
  ['snoozed', { ...open, snoozedUntil: at(7_200) }, 700, { kind: 'nothing' }],
  ['snoozed until now', { ...open, snoozedUntil: at(7_200) }, 7_200, { kind: 'wake' }],
  ['snoozed and held', { ...acknowledged, snoozedUntil: at(7_200) }, 7_200, { kind: 'wake' }],
  ['held without an answer', acknowledged, 660, { kind: 'ask-holder' }],
  ['held without an answer, a moment before', acknowledged, 659, { kind: 'nothing' }],
  ['held, reminded in vain', { ...acknowledged, answerStep: 1, holderRemindedAt: at(660) }, 1_260, { kind: 'reopen' }],
  ['closed', closed, 9_000, { kind: 'nothing' }],
])('what to do %s', (_name, incidence, seconds, expected) => {
  expect(decideDue(policy, incidence, at(seconds))).toEqual(expected);
});

test('done as soon as it is due, or late, everyone hears of each step once', () => {
  fc.assert(
    fc.property(fc.constantFrom(...severities), fc.array(fc.nat({ max: 400 }), { maxLength: 8 }), (severity, waits) => {
      let incidence: Escalating = { ...open, severity };
      let seconds = 0;
      const done = [];
      for (const waited of [...waits, 10_000]) {
        seconds += waited;
        const due = decideDue(policy, incidence, at(seconds));
        if (due.kind !== 'remind') continue;
        done.push(...due.steps);
        incidence = { ...incidence, escalationStep: due.escalationStep };
      }
      expect(done).toEqual(policy[severity]);
      expect(dueAt(policy, incidence)).toBeNull();
    }),
  );
});

test('the default reminds sooner and more people the worse it is', () => {
  expect(defaultPolicy).toEqual({
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
  });
});

test('a stored policy is read back, and anything else is the default', () => {
  const mine: Policy = {
    critical: [
      { seconds: shortestSeconds, whom: 'duty' },
      { seconds: longestSeconds, whom: 'everyone' },
    ],
    high: [{ seconds: 90, whom: 'leads' }],
    medium: [],
    low: [],
    answer: 300,
  };
  expect(policyOf(JSON.parse(JSON.stringify(mine)))).toEqual(mine);
  expect(policyOf({ ...mine, answer: null })).toEqual({ ...mine, answer: null });
  const broken = [
    undefined,
    null,
    {},
    { ...mine, low: undefined },
    { ...mine, answer: undefined },
    { ...mine, high: [{ seconds: shortestSeconds - 1, whom: 'leads' }] },
    { ...mine, high: [{ seconds: longestSeconds + 1, whom: 'leads' }] },
    { ...mine, high: [{ seconds: 90.5, whom: 'leads' }] },
    { ...mine, high: [{ seconds: 90, whom: 'nobody' }] },
    { ...mine, high: [{ whom: 'leads' }] },
  ];
  for (const value of broken) expect(policyOf(value), JSON.stringify(value)).toEqual(defaultPolicy);
  expect([shortestSeconds, longestSeconds]).toEqual([30, 604_800]);
});

test('the widest of some audiences', () => {
  expect(audiences).toEqual(['duty', 'leads', 'everyone']);
  expect(widest([])).toBe('duty');
  expect(widest(['duty'])).toBe('duty');
  expect(widest(['leads', 'duty'])).toBe('leads');
  expect(widest(['duty', 'everyone', 'leads'])).toBe('everyone');
});

test('a severity is told from another word', () => {
  expect(severities.every(isSeverity)).toBe(true);
  expect(['', 'High', 'answer', 'constructor'].some(isSeverity)).toBe(false);
});
