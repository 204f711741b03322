import { allShown } from '../../settings/card-settings.ts';
import { expect, test } from 'vitest';
import type { StoryEvent, StoryLine } from '../../incidences/story.ts';
import { plainText } from './html.ts';
import { storyLine } from './story-line.ts';
import { en } from '../texts/en.ts';
import { why } from './why.ts';

const acted = (
  action: string,
  actor: string,
  more: Partial<Extract<StoryEvent, { step: 'acted' }>> = {},
): StoryEvent => ({
  step: 'acted',
  action,
  actor,
  note: null,
  before: {},
  after: {},
  ...more,
});
const at = (time: string, event: StoryEvent): StoryLine => ({ at: new Date(time), ...event });

test.each<[StoryEvent, string]>([
  [{ step: 'received', source: 'chatwoot', event: 'message_created' }, 'received from Chatwoot (message_created)'],
  [{ step: 'received', source: 'tawk', event: 'chat:start' }, 'received from Tawk (chat:start)'],
  [{ step: 'processed', state: 'processed', reason: null, afterMs: 12 }, 'processed after 12 ms'],
  [{ step: 'processed', state: 'ignored', reason: 'answered before', afterMs: 1 }, 'no change: answered before'],
  [acted('alerted', 'alert', { after: { severity: 'high' } }), 'alert: severity high'],
  [
    acted('wrote', 'tawk', { before: { status: 'closed' }, after: { status: 'open' } }),
    'customer wrote in Tawk: reopened',
  ],
  [
    acted('status', 'chatwoot', { after: { status: 'open', severity: 'low' } }),
    'status change from Chatwoot: opened, severity low',
  ],
  [acted('resolved', 'chatwoot', { after: { status: 'closed' } }), 'resolved in Chatwoot: closed'],
  [acted('acknowledge', 'Ana'), 'acknowledged by Ana'],
  [
    acted('close', 'Ben', { note: 'paid out', after: { outcome: 'no_reply_needed' } }),
    'closed by Ben as no reply needed: paid out',
  ],
  [acted('tag', 'Ana', { after: { tags: ['refund', 'vip'] } }), 'tagged by Ana: refund, vip'],
  [acted('tag', 'Ana', { after: { tags: [] } }), 'tags removed by Ana'],
  [
    acted('refused', 'Ben', { after: { wanted: 'acknowledge', reason: 'already-acknowledged' } }),
    'refused: Ben tried to acknowledge (already acknowledged)',
  ],
  [{ step: 'queued', kind: 'send_card', lane: 'telegram:-100' }, 'queued: new card for Support team (-100)'],
  [{ step: 'queued', kind: 'edit_card', lane: 'telegram:-200' }, 'queued: card update for chat -200'],
  [{ step: 'queued', kind: 'transcript', lane: 'telegram:500' }, 'queued: transcript for private chat 500'],
  [
    { step: 'attempted', kind: 'send_card', outcome: 'retry-after', reason: null, times: 3 },
    'new card, 3 attempts: Telegram asked us to wait',
  ],
  [
    { step: 'attempted', kind: 'edit_card', outcome: 'temporary', reason: 'Bad Gateway', times: 1 },
    'card update, 1 attempt: Telegram reported a server error: Bad Gateway',
  ],
  [{ step: 'settled', kind: 'send_card', state: 'sent', reason: null, messageId: 789 }, 'new card sent as message 789'],
  [
    { step: 'settled', kind: 'edit_card', state: 'sent', reason: null, messageId: 789 },
    'card update shown in message 789',
  ],
  [
    { step: 'settled', kind: 'send_card', state: 'dead', reason: 'gone', messageId: null },
    'new card failed, no more retries: gone',
  ],
  [{ step: 'pending', kind: 'send_card', state: 'folded', reason: null }, 'new card hidden behind the storm card'],
])('%j reads %s', (event, words) => {
  expect(
    storyLine(
      event,
      { texts: en, zone: 'Europe/Berlin', dateLanguage: () => 'en' },
      { chatId: -100, title: 'Support team' },
    ),
  ).toBe(words);
});

test('a long story stays one message, its ends whole', () => {
  const note = (count: number) =>
    at('2026-01-31T12:00:00Z', acted('note', 'Ana', { note: `${count} ${'x'.repeat(480)}` }));
  const text = plainText(
    why(
      7,
      Array.from({ length: 40 }, (_, index) => note(index)),
      {
        zone: 'UTC',
        dateLanguage: () => 'en',
        currency: 'INR',
        texts: en,
        offersReply: false,
        adminIds: [],
        cards: () => allShown,
      },
    ),
  );
  expect([...text].length).toBeLessThanOrEqual(4096);
  expect(text).toContain(' more …');
  expect(text).toContain(`note by Ana: 0 ${'x'.repeat(480)}\n`);
  expect(text).toContain(`note by Ana: 39 ${'x'.repeat(480)}`);
});

test('a date stands where the day changes in the team’s zone', () => {
  const times = ['2026-01-31T22:59:00Z', '2026-01-31T23:01:00Z', '2026-02-01T08:00:00Z', '2026-02-02T08:00:00Z'];
  const story = times.map((time) => at(time, acted('acknowledge', 'Ana')));
  const locale = {
    zone: 'Europe/Berlin',
    dateLanguage: () => 'en',
    currency: 'EUR',
    texts: en,
    offersReply: false,
    adminIds: [],
    cards: () => allShown,
  };
  expect(plainText(why(7, story, locale)).split('\n')).toEqual([
    '🧾 History of #7 · 2026-01-31 · Europe/Berlin',
    '',
    '23:59:00.000 acknowledged by Ana',
    '2026-02-01',
    '00:01:00.000 acknowledged by Ana',
    '09:00:00.000 acknowledged by Ana',
    '2026-02-02',
    '09:00:00.000 acknowledged by Ana',
  ]);
});
