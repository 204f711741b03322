import { expect, test } from 'vitest';
import type { Delivery } from '../delivery/delivery.ts';
import { planRescue } from './plan-rescue.ts';

const createdAt = new Date('2026-01-01T10:00:00Z');
const waiting = (given: Partial<Delivery>): Delivery => ({
  id: 1,
  lane: 'telegram:-100',
  kind: 'send_card',
  subject: 'incidence:5:45',
  incidenceId: 5,
  payload: { chatId: -100, threadId: 45, quiet: true },
  rank: 1,
  state: 'waiting',
  wish: 1,
  attempts: 0,
  plain: false,
  dueAt: createdAt,
  createdAt,
  settledAt: null,
  reason: null,
  messageId: null,
  copiedToRescueAt: null,
  traceId: null,
  ...given,
});
const admins = [7, 8].map((chatId) => ({ chatId, threadId: null }));

test('every rescue place gets a copy, as old as the original and without its topic', () => {
  const common = { kind: 'send_card', subject: 'incidence:5:45', rank: 1, incidenceId: 5, createdAt };
  expect(planRescue([waiting({})], admins)).toEqual([
    { ...common, lane: 'telegram:7', payload: { chatId: 7, threadId: null, quiet: true } },
    { ...common, lane: 'telegram:8', payload: { chatId: 8, threadId: null, quiet: true } },
  ]);
});

test.each(['severity_note', 'reopened_note'])('instead of a %s, which replies to a card, the card is sent', (kind) => {
  const reply = waiting({ kind, subject: 'card:9', payload: { cardId: 9 } });
  expect(planRescue([reply], admins.slice(0, 1))).toEqual([
    {
      lane: 'telegram:7',
      kind: 'send_card',
      subject: 'incidence:5',
      rank: 1,
      incidenceId: 5,
      createdAt,
      payload: { chatId: 7, threadId: null },
    },
  ]);
});
