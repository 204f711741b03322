import { expect, test } from 'vitest';
import type { Attempt, Delivery } from './delivery.ts';
import { countsAsSent, maxAttempts, type Settlement, settle, unrecordable } from './settle.ts';

const now = new Date('2026-11-22T10:00:00Z');
const dueAt = new Date('2026-11-22T09:59:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);

type Case = Readonly<{ name: string; before?: Partial<Delivery>; attempt: Attempt; after: Partial<Settlement> }>;

const cases: Case[] = [
  {
    name: 'sent',
    before: { attempts: 2, reason: 'Telegram could not be reached' },
    attempt: { outcome: 'sent', messageId: 7 },
    after: { state: 'sent', attempts: 3, reason: null },
  },
  {
    name: 'obsolete',
    attempt: { outcome: 'obsolete', reason: 'closed meanwhile' },
    after: { state: 'obsolete', attempts: 0, reason: 'closed meanwhile' },
  },
  {
    name: 'gone: the card is marked',
    attempt: { outcome: 'gone', reason: 'message to edit not found' },
    after: { state: 'obsolete' },
  },
  {
    name: 'too early: no attempt, due when it may go',
    attempt: { outcome: 'too-early', until: later(1_500), reason: 'written a moment ago' },
    after: { state: 'waiting', attempts: 0, dueAt: later(1_500), reason: 'written a moment ago' },
  },
  {
    name: 'refused: at once for a person to look at',
    attempt: { outcome: 'refused', reason: 'no permission' },
    after: { state: 'dead', attempts: 1, reason: 'no permission' },
  },
  {
    name: 'too fast: no attempt, its place in the lane kept, the lane silent',
    attempt: { outcome: 'retry-after', seconds: 7 },
    after: { state: 'waiting', attempts: 0, dueAt, pause: { lane: 'telegram:-100', until: later(7_000) } },
  },
  {
    name: 'unreachable: no attempt however often, the bot tries again in a second',
    before: { attempts: maxAttempts - 1 },
    attempt: { outcome: 'unreachable', reason: 'Telegram could not be reached' },
    after: { state: 'waiting', attempts: maxAttempts - 1, dueAt, pause: { lane: 'telegram', until: later(1_000) } },
  },
  {
    name: 'unreachable for long: the pause that the sender asks for',
    attempt: { outcome: 'unreachable', reason: 'Chatwoot could not be reached', pauseMs: 30_000 },
    after: { state: 'waiting', attempts: 0, pause: { lane: 'telegram', until: later(30_000) } },
  },
  {
    name: 'cut off: an attempt, and its lane alone waits, twice as long each time',
    before: { attempts: 2 },
    attempt: { outcome: 'connection-lost', reason: 'the connection broke' },
    after: { state: 'waiting', attempts: 3, dueAt: now, backOffUntil: later(4_000), reason: 'the connection broke' },
  },
  {
    name: 'no answer in time: the same',
    attempt: { outcome: 'timed-out', reason: 'no answer' },
    after: { state: 'waiting', attempts: 1, dueAt: now, backOffUntil: later(1_000), reason: 'no answer' },
  },
  {
    name: 'no answer again and again: a person must look, and the lane goes on',
    before: { attempts: 14 },
    attempt: { outcome: 'timed-out', reason: 'no answer' },
    after: { state: 'dead', attempts: 15, reason: 'no answer' },
  },
  {
    name: 'temporary: a second later',
    attempt: { outcome: 'temporary', reason: 'Bad Gateway' },
    after: { state: 'waiting', attempts: 1, dueAt: later(1_000), reason: 'Bad Gateway' },
  },
  {
    name: 'temporary again: twice as long',
    before: { attempts: 3 },
    attempt: { outcome: 'temporary', reason: 'Bad Gateway' },
    after: { state: 'waiting', attempts: 4, dueAt: later(8_000) },
  },
  {
    name: 'temporary for long: five minutes at most',
    before: { attempts: 30 },
    attempt: { outcome: 'temporary', reason: 'Bad Gateway' },
    after: { state: 'waiting', dueAt: later(300_000) },
  },
  {
    name: 'temporary too often',
    before: { attempts: maxAttempts - 1 },
    attempt: { outcome: 'temporary', reason: 'Bad Gateway' },
    after: { state: 'dead', reason: 'Bad Gateway' },
  },
  {
    name: 'refused: once more as plain text, at once',
    attempt: { outcome: 'rejected', reason: "can't parse entities" },
    after: { state: 'waiting', attempts: 1, plain: true, dueAt: now },
  },
  {
    name: 'refused as plain text too',
    before: { plain: true, attempts: 1 },
    attempt: { outcome: 'rejected', reason: 'message is too long' },
    after: { state: 'dead', attempts: 2, reason: 'message is too long' },
  },
  {
    name: 'broken: again',
    attempt: { outcome: 'broken', reason: 'could not be rendered' },
    after: { state: 'waiting', attempts: 1, dueAt: later(1_000) },
  },
  {
    name: 'broken three times',
    before: { attempts: 2 },
    attempt: { outcome: 'broken', reason: 'could not be rendered' },
    after: { state: 'dead', attempts: 3 },
  },
  {
    name: 'the chat is lost: it waits',
    attempt: { outcome: 'lane-lost', reason: 'bot was kicked' },
    after: { state: 'waiting', attempts: 0, lost: { reason: 'bot was kicked', migratedTo: null } },
  },
  {
    name: 'the chat moved: it says where to',
    attempt: { outcome: 'lane-lost', reason: 'upgraded', migratedTo: -1001 },
    after: { state: 'waiting', lost: { reason: 'upgraded', migratedTo: -1001 } },
  },
];

test.each(cases)('$name', ({ before, attempt, after }) => {
  expect(settle({ ...waiting, ...before }, attempt, now)).toMatchObject(after);
});

test('only what the outcome names is paused, lost or gone', () => {
  for (const { attempt, after } of cases) {
    const { pause, lost, backOffUntil } = settle(waiting, attempt, now);
    expect([pause, lost, backOffUntil !== undefined]).toEqual([
      after.pause,
      after.lost,
      ['connection-lost', 'timed-out'].includes(attempt.outcome),
    ]);
  }
});

test('a lane does not wait for what is given up', () => {
  const attempt = { outcome: 'timed-out', reason: 'no answer' } as const;
  expect(settle({ ...waiting, attempts: 14 }, attempt, now)).not.toHaveProperty('backOffUntil');
});

test('what may have reached the external system counts for the pace', () => {
  const counted = cases.map(({ attempt }) => attempt.outcome).filter((outcome) => countsAsSent({ outcome }));
  expect([...new Set(counted)].toSorted()).toEqual([
    'gone',
    'lane-lost',
    'refused',
    'rejected',
    'retry-after',
    'sent',
    'temporary',
    'timed-out',
  ]);
});

test('an attempt that the database refuses to record is given up with a reason that it takes', () => {
  const attempt = { outcome: 'temporary', reason: 'refused \0' } as const;
  const refused = { delivery: waiting, attempt, settlement: settle(waiting, attempt, now), at: now, ms: 5 };
  const reason = 'the database refused to record the attempt';
  expect(unrecordable(refused)).toEqual({
    ...refused,
    attempt: { outcome: 'broken', reason },
    settlement: { ...refused.settlement, state: 'dead', reason },
  });
});

const waiting: Delivery = {
  id: 1,
  lane: 'telegram:-100',
  kind: 'send_card',
  subject: 'incidence:1',
  incidenceId: 1,
  payload: {},
  rank: 1,
  state: 'waiting',
  wish: 1,
  attempts: 0,
  plain: false,
  dueAt,
  createdAt: dueAt,
  settledAt: null,
  reason: null,
  messageId: null,
  copiedToRescueAt: null,
  traceId: null,
};
