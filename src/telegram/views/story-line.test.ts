import { expect, test } from 'vitest';
import type { StoryLine } from '../../incidences/story.ts';
import { plainText } from './html.ts';
import { storyLine } from './story-line.ts';
import { en } from '../texts/en.ts';
import { why } from './why.ts';

const nothing = { state: null, who: null, detail: null, count: null, before: null, after: null } as const;
const lineOf = (line: Pick<StoryLine, 'step' | 'name'> & Partial<StoryLine>): StoryLine => ({
  at: new Date('2026-01-31T12:00:00Z'),
  ...nothing,
  ...line,
});

test.each<[Pick<StoryLine, 'step' | 'name'> & Partial<StoryLine>, string]>([
  [{ step: 'received', name: 'chatwoot', detail: 'message_created' }, 'received from Chatwoot (message_created)'],
  [{ step: 'received', name: 'tawk', detail: 'chat:start' }, 'received from Tawk (chat:start)'],
  [{ step: 'processed', name: 'processed', count: 12 }, 'processed after 12 ms'],
  [{ step: 'processed', name: 'ignored', detail: 'answered before' }, 'no change: answered before'],
  [{ step: 'done', name: 'alerted', who: 'alert', before: {}, after: { severity: 'high' } }, 'alert: severity high'],
  [
    { step: 'done', name: 'wrote', who: 'tawk', before: { status: 'closed' }, after: { status: 'open' } },
    'customer wrote in Tawk: reopened',
  ],
  [
    { step: 'done', name: 'status', who: 'chatwoot', before: {}, after: { status: 'open', severity: 'low' } },
    'status change from Chatwoot: opened, severity low',
  ],
  [{ step: 'done', name: 'resolved', who: 'chatwoot', after: { status: 'closed' } }, 'resolved in Chatwoot: closed'],
  [{ step: 'done', name: 'acknowledge', who: 'Ana' }, 'acknowledged by Ana'],
  [
    { step: 'done', name: 'close', who: 'Ben', detail: 'paid out', after: { outcome: 'no_reply_needed' } },
    'closed by Ben as no reply needed: paid out',
  ],
  [{ step: 'done', name: 'tag', who: 'Ana', after: { tags: ['refund', 'vip'] } }, 'tagged by Ana: refund, vip'],
  [{ step: 'done', name: 'tag', who: 'Ana', after: { tags: [] } }, 'tags removed by Ana'],
  [
    { step: 'done', name: 'refused', who: 'Ben', after: { wanted: 'acknowledge', reason: 'already-acknowledged' } },
    'refused: Ben tried to acknowledge (already acknowledged)',
  ],
  [{ step: 'queued', name: 'send_card', who: 'telegram:-100' }, 'queued: new card for Support team (-100)'],
  [{ step: 'queued', name: 'edit_card', who: 'telegram:-200' }, 'queued: card update for chat -200'],
  [{ step: 'queued', name: 'transcript', who: 'telegram:500' }, 'queued: transcript for private chat 500'],
  [
    { step: 'tried', name: 'send_card', state: 'retry-after', count: 3 },
    'new card, 3 attempts: Telegram asked to wait',
  ],
  [
    { step: 'tried', name: 'edit_card', state: 'temporary', count: 1, detail: 'Bad Gateway' },
    'card update, 1 attempt: Telegram failed: Bad Gateway',
  ],
  [{ step: 'settled', name: 'send_card', state: 'sent', count: 789 }, 'new card sent as message 789'],
  [{ step: 'settled', name: 'edit_card', state: 'sent', count: 789 }, 'card update shown in message 789'],
  [{ step: 'settled', name: 'send_card', state: 'dead', detail: 'gone' }, 'new card failed, no more retries: gone'],
  [{ step: 'pending', name: 'send_card', state: 'folded' }, 'new card hidden behind the storm card'],
])('%j reads %s', (line, words) => {
  expect(storyLine(lineOf(line), en, { chatId: -100, title: 'Support team' })).toBe(words);
});

test('a long story stays one message, its ends whole', () => {
  const note = (count: number) =>
    lineOf({ step: 'done', name: 'note', who: 'Ana', detail: `${count} ${'x'.repeat(480)}` });
  const text = plainText(
    why(
      7,
      Array.from({ length: 40 }, (_, index) => note(index)),
      { zone: 'UTC', currency: 'INR', texts: en },
    ),
  );
  expect([...text].length).toBeLessThanOrEqual(4096);
  expect(text).toContain(' more …');
  expect(text).toContain(`note by Ana: 0 ${'x'.repeat(480)}\n`);
  expect(text).toContain(`note by Ana: 39 ${'x'.repeat(480)}`);
});

test('a date stands where the day changes in the team’s zone', () => {
  const at = (time: string) => ({ ...lineOf({ step: 'done', name: 'acknowledge', who: 'Ana' }), at: new Date(time) });
  const story = [
    at('2026-01-31T22:59:00Z'),
    at('2026-01-31T23:01:00Z'),
    at('2026-02-01T08:00:00Z'),
    at('2026-02-02T08:00:00Z'),
  ];
  const locale = { zone: 'Europe/Berlin', currency: 'EUR', texts: en };
  expect(plainText(why(7, story, locale)).split('\n')).toEqual([
    '🧾 Why #7 · 2026-01-31 · Europe/Berlin',
    '',
    '23:59:00.000 acknowledged by Ana',
    '2026-02-01',
    '00:01:00.000 acknowledged by Ana',
    '09:00:00.000 acknowledged by Ana',
    '2026-02-02',
    '09:00:00.000 acknowledged by Ana',
  ]);
});
