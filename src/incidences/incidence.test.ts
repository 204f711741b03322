import fc from 'fast-check';
import { expect, test } from 'vitest';
import { severities, type Severity } from '../sources/severity.ts';
import {
  type Action,
  type Incidence,
  isSnoozed,
  outcomes,
  released,
  reopened,
  risen,
  transition,
} from './incidence.ts';

const rankOf = (severity: Severity) => severities.indexOf(severity);
const severity = fc.constantFrom(...severities);
const now = new Date('2026-11-22T10:00:00Z');
const until = new Date('2026-11-22T12:00:00Z');
const ana = 1;
const ben = 2;

const open = { status: 'open', severity: 'medium', severityJudged: null, acknowledgedBy: null } as Incidence;
const acknowledged: Incidence = { ...open, status: 'acknowledged', acknowledgedBy: ben };
const closed: Incidence = { ...open, status: 'closed', acknowledgedBy: ben, closedBy: ben };

const taken = (by: number) => ({
  status: 'acknowledged',
  acknowledgedAt: now,
  acknowledgedBy: by,
  notAnsweredBy: null,
  snoozedUntil: null,
});
const free = {
  status: 'open',
  openSince: now,
  acknowledgedAt: null,
  acknowledgedBy: null,
  notAnsweredBy: null,
  snoozedUntil: null,
};
const ended = {
  status: 'closed',
  closedAt: now,
  closedBy: ana,
  notAnsweredBy: null,
  snoozedUntil: null,
  outcome: 'resolved',
};
const again = { ...free, firstHumanReplyAt: null, closedAt: null, closedBy: null, outcome: null, note: null };
const over = { reason: 'already-closed', by: ben };
const toBen = { kind: 'assign', to: { id: ben, name: 'Ben' } } as const;
const toAna = { kind: 'assign', to: { id: ana, name: 'Ana' } } as const;
const close = { kind: 'close', outcome: 'resolved' } as const;
const noted = { kind: 'note', note: 'called' } as const;
const raise = { kind: 'severity', severity: 'high' } as const;
const snooze = { kind: 'snooze', until } as const;

/** What Ana does, and what it changes, or why it does not. */
test.each<[string, Incidence, Action, object]>([
  ['open: acknowledge', open, { kind: 'acknowledge' }, taken(ana)],
  ['acknowledged: acknowledge', acknowledged, { kind: 'acknowledge' }, { reason: 'already-acknowledged', by: ben }],
  ['closed: acknowledge', closed, { kind: 'acknowledge' }, over],
  ['open: assign', open, toBen, taken(ben)],
  ['acknowledged: assign to the holder', acknowledged, toBen, { reason: 'already-acknowledged', by: ben }],
  ['acknowledged: assign to another', acknowledged, toAna, taken(ana)],
  ['closed: assign', closed, toBen, over],
  ['open: release', open, { kind: 'release' }, { reason: 'not-acknowledged', by: null }],
  ['acknowledged: release', acknowledged, { kind: 'release' }, free],
  ['closed: release', closed, { kind: 'release' }, over],
  ['open: close', open, close, ended],
  ['acknowledged: close', acknowledged, close, ended],
  ['closed: close', closed, close, over],
  ['open: close with a note', open, { ...close, note: 'paid back' }, { ...ended, note: 'paid back' }],
  ['open: close with an empty note, which keeps the one it has', open, { ...close, note: '' }, ended],
  ['open: reopen', open, { kind: 'reopen' }, { reason: 'not-closed', by: null }],
  ['acknowledged: reopen', acknowledged, { kind: 'reopen' }, { reason: 'not-closed', by: null }],
  ['closed: reopen', closed, { kind: 'reopen' }, again],
  ['open: note', open, noted, { note: 'called' }],
  ['closed: note', closed, noted, { note: 'called' }],
  ['open: raise', open, raise, { severity: 'high', severityJudged: 'high' }],
  ['open: raise to what it is', { ...open, severity: 'high' }, raise, { reason: 'same-severity', by: null }],
  ['closed: raise', closed, raise, over],
  ['open: lower', { ...open, severity: 'critical' }, raise, { severity: 'high', severityJudged: 'critical' }],
  ['open: snooze', open, snooze, { snoozedUntil: until, snoozedBy: ana }],
  ['acknowledged: snooze', acknowledged, snooze, { snoozedUntil: until, snoozedBy: ana }],
  ['closed: snooze', closed, snooze, over],
])('%s', (_name, before, action, expected) => {
  const outcome = transition(before, action, { id: ana }, now);
  expect(outcome).toEqual('reason' in expected ? { ok: false, ...expected } : { ok: true, change: expected });
});

test('what opens it again without a person', () => {
  expect(reopened(now)).toEqual(again);
  expect(released(now)).toEqual(free);
  expect(released(now, ben)).toEqual({ ...free, notAnsweredBy: ben });
});

test('it is snoozed while it is not closed', () => {
  expect(isSnoozed({ status: 'open', snoozedUntil: until })).toBe(true);
  expect(isSnoozed({ status: 'acknowledged', snoozedUntil: until })).toBe(true);
  expect(isSnoozed({ status: 'closed', snoozedUntil: until })).toBe(false);
  expect(isSnoozed({ status: 'open', snoozedUntil: null })).toBe(false);
});

test('the outcomes that people choose from', () => {
  expect(outcomes).toEqual(['resolved', 'no_reply_needed', 'duplicate', 'spam']);
});

const step = fc.record({ by: fc.constantFrom('person', 'source'), severity });

test('whatever people and sources say: only a person lowers, and only what is worse than all before raises again', () => {
  fc.assert(
    fc.property(severity, fc.array(step, { maxLength: 20 }), (first, steps) => {
      let incidence = { status: 'open', severity: first, severityJudged: null } as Incidence;
      let worst = rankOf(first);
      for (const said of steps) {
        const before = incidence.severity;
        if (said.by === 'person') {
          const action = { kind: 'severity', severity: said.severity } as const;
          const outcome = transition(incidence, action, { id: 1 }, new Date(0));
          expect(outcome.ok).toBe(said.severity !== before);
          if (outcome.ok) incidence = { ...incidence, ...outcome.change };
          expect(incidence.severity).toBe(said.severity);
        } else {
          incidence = { ...incidence, severity: risen(incidence, said.severity) };
          expect(incidence.severity).toBe(rankOf(said.severity) > worst ? said.severity : before);
        }
        worst = Math.max(worst, rankOf(said.severity));
      }
    }),
  );
});
