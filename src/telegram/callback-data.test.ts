import { expect, test } from 'vitest';
import { type Button, encode, encodeSeen, parse, seenIn } from './callback-data.ts';

const id = 42;

/** One of each kind: two kinds of one code would be read as one of them. */
const buttons: Readonly<Record<Button['kind'], Button>> = {
  acknowledge: { kind: 'acknowledge', id },
  release: { kind: 'release', id },
  reopen: { kind: 'reopen', id },
  show: { kind: 'show', id },
  reply: { kind: 'reply', id },
  'send-reply': { kind: 'send-reply', id },
  'change-reply': { kind: 'change-reply', id },
  'discard-reply': { kind: 'discard-reply', id },
  'saved-answer': { kind: 'saved-answer', id, answerId: 7 },
  'show-next': { kind: 'show-next', id },
  'acknowledge-all': { kind: 'acknowledge-all', id },
  'take-handover': { kind: 'take-handover', id },
  'send-again': { kind: 'send-again', id },
  'turn-page': { kind: 'turn-page', id, to: 'next', from: '3.17' },
  'outcome-menu': { kind: 'outcome-menu', id },
  'tag-menu': { kind: 'tag-menu', id },
  'more-menu': { kind: 'more-menu', id },
  'severity-menu': { kind: 'severity-menu', id },
  severity: { kind: 'severity', id, severity: 'low' },
  'snooze-menu': { kind: 'snooze-menu', id },
  snooze: { kind: 'snooze', id, snooze: 'monday' },
  'assign-menu': { kind: 'assign-menu', id },
  assign: { kind: 'assign', id, personId: 7 },
  undo: { kind: 'undo', id, historyId: 7 },
  note: { kind: 'note', id },
  contact: { kind: 'contact', id },
  'main-menu': { kind: 'main-menu', id },
  'write-note': { kind: 'write-note', id },
  'new-tag': { kind: 'new-tag', id },
  close: { kind: 'close', id, outcome: 'spam' },
  'show-stats': { kind: 'show-stats', id, period: '2026-01-01..2026-01-31' },
  'explain-stats': { kind: 'explain-stats', id, period: '7d' },
  'remove-route': { kind: 'remove-route', id, page: 2 },
  'rules-page': { kind: 'rules-page', id, page: 2 },
  'show-rule': { kind: 'show-rule', id: 2 ** 48 - 1, page: 49 },
  'set-rule': { kind: 'set-rule', id: 2 ** 48 - 1, page: 49, severity: undefined },
  'add-rule': { kind: 'add-rule', id },
  'routes-page': { kind: 'routes-page', id },
  'undo-setting': { kind: 'undo-setting', id },
  'send-rows': { kind: 'send-rows', id, period: 'today' },
  'answer-asker': { kind: 'answer-asker', id: 0 },
  'answer-everyone': { kind: 'answer-everyone', id: 0 },
  'settings-page': { kind: 'settings-page', id },
  'choose-setting': { kind: 'choose-setting', id },
  'switch-setting': { kind: 'switch-setting', id, page: 1, change: 'unset' },
  'send-alerts': { kind: 'send-alerts', id: 0 },
  'stop-alerts': { kind: 'stop-alerts', id: 0 },
  'test-card': { kind: 'test-card', id: 0 },
  'check-setup': { kind: 'check-setup', id: 0 },
  'topics-by-severity': { kind: 'topics-by-severity', id: 0 },
  'topics-by-source': { kind: 'topics-by-source', id: 0 },
  tag: { kind: 'tag', id, tagId: 7, change: 'unset' },
};

test.each(Object.values(buttons))('$kind is read as it was written, in at most 64 bytes', (button) => {
  const data = encode(button);
  expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
  expect(parse(data)).toEqual(button);
});

test('a button may say which state was seen', () => {
  const data = encodeSeen(buttons.close, 123_456_789);
  expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
  expect(parse(data)).toEqual(buttons.close);
  expect(seenIn(data)).toBe(123_456_789);
  expect(seenIn(encode(buttons.close))).toBeUndefined();
  expect(seenIn('a:42@x')).toBeUndefined();
});
