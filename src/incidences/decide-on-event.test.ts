import { expect, test } from 'vitest';
import { decideOnEvent } from './decide-on-event.ts';
import type { Incidence } from './incidence.ts';
import type { SourceChange, SourceEvent } from '../sources/source-event.ts';

/** Minutes past the hour in which everything happens. */
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 31, 8) + minutes * 60_000);

const subject = { source: 'chatwoot', kind: 'conversation', account: '1', externalId: '7' } as const;

const incidence = (times: Pick<Incidence, 'happenedAt' | 'openedAt' | 'updatedAt'>): Incidence => ({
  ...subject,
  ...times,
  id: 1,
  status: 'open',
  severity: 'high',
  severityJudged: null,
  deskSeverity: null,
  deskSeveritySending: null,
  deskSnoozedUntil: null,
  reason: null,
  title: null,
  customerName: null,
  customerEmail: null,
  customerPhone: null,
  message: 'first words',
  url: null,
  stage: null,
  trigger: null,
  appScreen: null,
  cartValue: null,
  eventType: null,
  frictionScore: null,
  place: null,
  property: null,
  page: null,
  assignee: null,
  additionalInfo: {},
  note: null,
  context: [],
  visitorId: null,
  alertCount: 1,
  acknowledgedAt: null,
  acknowledgedBy: null,
  firstHumanReplyAt: null,
  visitorLeftAt: null,
  missedAt: null,
  importedAt: null,
  closedAt: null,
  closedBy: null,
  outcome: null,
  deskStatus: null,
  deskVersion: null,
  deskStatusSending: null,
  deskVersionWritten: null,
  replyNonce: null,
  replyStatus: null,
  replyBy: null,
  deskAssignedTo: null,
  snoozedUntil: null,
  snoozedBy: null,
  escalationStep: 0,
  nextDueAt: null,
  answerStep: 0,
  holderRemindedAt: null,
  notAnsweredBy: null,
  openSince: null,
  forgottenAt: null,
  messageRef: null,
  messageAt: null,
  unanswered: [],
  lastAnswerAt: null,
  waitingSince: null,
  failedReply: null,
  failedReplyAt: null,
  slaMissed: [],
  detailsVersion: null,
  inboxId: null,
  tags: [],
  version: 1,
  stateVersion: 1,
});

const event = (change: SourceChange, minutes: number): SourceEvent => ({
  subject,
  change,
  details: { message: 'other words' },
  at: at(minutes),
  version: undefined,
  contentKey: undefined,
});

const wrote = { kind: 'wrote', severity: 'low', trigger: 'USER_INITIATED' } as const;

test.each([
  { known: 10, said: 11, received: 11, shown: 'newer words', hides: false },
  { known: 10, said: 9, received: 11, shown: 'late words', hides: true },
  { known: 340, said: 11, received: 11, shown: 'words after those of a clock that runs ahead', hides: false },
  { known: 340, said: 339, received: 11, shown: 'late words, both by a clock that runs ahead', hides: true },
])('$shown: hidden $hides', ({ known, said, received, hides }) => {
  const current = incidence({ happenedAt: at(known), openedAt: at(10), updatedAt: at(10) });
  const when = { receivedAt: at(received), now: at(received) };
  const decision = decideOnEvent(current, event(wrote, said), when);
  const change = decision.kind === 'change' ? decision.change : undefined;
  expect(change?.message).toBe(hides ? undefined : 'other words');
});

test.each<{ what: string; said: number; received: number; counts: boolean }>([
  { what: 'after it', said: 12, received: 12, counts: true },
  { what: 'while its opening still waited to be processed', said: 8, received: 8, counts: true },
  { what: 'told late', said: 4, received: 12, counts: true },
  { what: 'an hour before', said: -60, received: -60, counts: false },
])('an answer or end counts: $what', ({ said, received, counts }) => {
  // The customer wrote at 5, which was processed at 10.
  const current = incidence({ happenedAt: at(5), openedAt: at(10), updatedAt: at(10) });
  const when = { receivedAt: at(received), now: at(70) };
  const answered: SourceChange = { kind: 'answered', by: 'Zoe' };
  const resolved: SourceChange = { kind: 'status', status: 'resolved', needsPerson: false, severity: undefined };
  for (const change of [answered, resolved]) {
    expect(decideOnEvent(current, event(change, said), when).kind).toBe(counts ? 'change' : 'nothing');
  }
});

/** Closed by a person in Telegram at 10, which Chatwoot has since 10 as well. */
const closedHere = {
  ...incidence({ happenedAt: at(5), openedAt: at(5), updatedAt: at(10) }),
  status: 'closed',
  closedAt: at(10),
  closedBy: 3,
  deskStatus: 'resolved',
  deskVersion: at(9).getTime() / 1000,
  deskVersionWritten: at(10).getTime() / 1000,
} as const satisfies Incidence;
const closedThere = { ...closedHere, closedBy: null, deskVersion: at(10).getTime() / 1000, deskVersionWritten: null };

test.each([
  {
    what: 'after a person closed it',
    current: closedHere,
    said: 12,
    status: 'open',
    becomes: 'open',
    writes: undefined,
  },
  {
    what: 'before that, told late',
    current: closedHere,
    said: 9,
    status: 'resolved',
    becomes: 'open',
    writes: 'reopen',
  },
  { what: 'and an agent resolved it again', current: closedHere, said: 12, status: 'resolved', becomes: undefined },
  { what: 'before an agent resolved it', current: closedThere, said: 9, status: 'resolved', becomes: undefined },
  { what: 'after an agent resolved it', current: closedThere, said: 12, status: 'open', becomes: 'open' },
] as const)('the customer wrote, $what', ({ current, said, status, becomes, ...expected }) => {
  const told = { ...event({ ...wrote, status }, said), version: at(13).getTime() / 1000 };
  const decision = decideOnEvent(current, told, { receivedAt: at(20), now: at(20) });
  if (decision.kind !== 'change') throw new Error(decision.kind);
  expect(decision.change.status).toBe(becomes);
  if ('writes' in expected) expect(decision.writesBack).toBe(expected.writes);
});

test.each([
  { what: 'the priority as it was', was: 'critical', says: 'critical', severity: 'low' },
  { what: 'what we are writing', was: 'critical', says: 'low', severity: 'low' },
  { what: 'that an agent lowered it', was: 'critical', says: 'medium', severity: 'medium' },
  { what: 'that an agent raised it', was: 'low', says: 'high', severity: 'high' },
  { what: 'none any more', was: 'low', says: null, severity: 'low' },
  { what: 'a priority that was not known', was: null, says: 'medium', severity: 'low' },
] as const)('after a person chose low, Chatwoot tells of $what', ({ was, says, severity }) => {
  const current = {
    ...incidence({ happenedAt: at(5), openedAt: at(5), updatedAt: at(10) }),
    severity: 'low',
    severityJudged: 'critical',
    deskSeverity: was,
    deskSeveritySending: 'low',
  } as const;
  const told = {
    kind: 'status',
    status: 'open',
    needsPerson: true,
    severity: says ?? undefined,
    deskSeverity: says,
  } as const;
  const decision = decideOnEvent(current, event(told, 12), { receivedAt: at(12), now: at(12) });
  expect(decision).toMatchObject({ kind: 'change', change: { severity, deskSeverity: says } });
});

test('a state that is being written is decided when the answer has come', () => {
  const told: SourceChange = { kind: 'status', status: 'resolved', needsPerson: false, severity: undefined };
  const current = {
    ...incidence({ happenedAt: at(5), openedAt: at(5), updatedAt: at(10) }),
    deskStatus: 'open',
  } as const;
  const decide = (more: Partial<Incidence>, version: number) =>
    decideOnEvent(
      { ...current, ...more },
      { ...event(told, 12), details: {}, version },
      { receivedAt: at(12), now: at(12) },
    );
  expect(decide({ deskStatusSending: 'open' }, 7)).toMatchObject({ kind: 'nothing', untilWritten: true });
  expect(decide({ deskStatusSending: 'resolved' }, 7)).toMatchObject({ kind: 'nothing', untilWritten: true });
  expect(decide({ deskVersionWritten: 7 }, 7)).toMatchObject({ kind: 'change', quiet: true });
  expect(decide({ deskVersionWritten: 6 }, 7)).toMatchObject({ kind: 'change', change: { status: 'closed' } });
});

test('what others changed comes along with our own doing', () => {
  const told = {
    kind: 'status',
    status: 'open',
    needsPerson: true,
    severity: 'critical',
    deskSeverity: 'critical',
  } as const;
  const current = {
    ...incidence({ happenedAt: at(5), openedAt: at(5), updatedAt: at(10) }),
    deskStatus: 'open',
    deskVersionWritten: 7,
  } as const;
  const decide = (change: SourceChange) =>
    decideOnEvent(current, { ...event(change, 5), details: {}, version: 7 }, { receivedAt: at(12), now: at(12) });
  const raised = decide(told);
  expect(raised).toMatchObject({ kind: 'change', change: { severity: 'critical' }, notice: 'severity-rose' });
  expect(raised).not.toHaveProperty('quiet');
  expect(decide({ ...told, severity: undefined, deskSeverity: null })).toMatchObject({ kind: 'change', quiet: true });
});

const snoozed = {
  ...incidence({ happenedAt: at(5), openedAt: at(5), updatedAt: at(10) }),
  snoozedUntil: at(300),
  deskStatus: 'snoozed',
} as const satisfies Incidence;

test.each([
  { what: 'that was snoozed here', snoozedBy: 3, status: 'open', becomes: 'open' },
  { what: 'that was snoozed here, before Chatwoot was', snoozedBy: 3, status: 'snoozed', becomes: 'open' },
  { what: 'that was snoozed in Chatwoot', snoozedBy: null, status: 'open', becomes: 'open' },
  // Chatwoot had woken it, had they come later.
  { what: 'that was snoozed in Chatwoot since', snoozedBy: null, status: 'snoozed', becomes: undefined },
] as const)("the customer's words wake what they are about: $what", ({ snoozedBy, status, becomes }) => {
  const decision = decideOnEvent({ ...snoozed, snoozedBy }, event({ ...wrote, status }, 12), {
    receivedAt: at(20),
    now: at(20),
  });
  expect(decision.kind === 'change' && decision.change.status).toBe(becomes);
});
