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
