import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { forgetEverything, postTawk, type Product, quiet, startProduct } from './support/product.ts';
import { shownStats } from './support/stats.ts';

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/tawk/${name}.json`, import.meta.url), 'utf8');
}

const start = fixture('real__chat-start__basic');
/** Forty seconds after the last message. */
const end = fixture('real__chat-end__basic');
const unanswered = fixture('real__chat-transcript__unanswered');
const answered = fixture('real__chat-transcript__short');
const again = fixture('real__chat-start__same-chat-again');

/** The same chat with other messages: who says what, how many seconds after 09:27. */
function transcriptOf(...said: readonly (readonly ['v' | 'a' | 's', number, string])[]): string {
  const body = JSON.parse(unanswered);
  body.chat.messages = said.map(([t, seconds, msg]) => ({
    sender: t === 'v' ? { t } : { t, n: t === 'a' ? 'Meera' : 'Assistant Bot' },
    type: 'msg',
    msg,
    time: new Date(Date.UTC(2026, 2, 14, 9, 27, seconds)).toISOString(),
  }));
  return JSON.stringify(body);
}

async function tawk(...bodies: string[]): Promise<void> {
  for (const body of bodies) {
    await postTawk(product, body);
    await quiet(product);
  }
}

/** The one incidence there is. */
async function only(): Promise<number> {
  const rows = await product.rows<{ id: string }>('select id from incidences');
  expect(rows).toHaveLength(1);
  return Number(rows[0]?.id);
}

/** How often people were told, by a message of its own or by a new card. */
async function timesSaid(): Promise<number> {
  const [row] = await product.rows<{ count: string }>(
    `select count(*) from deliveries d where state = 'sent' and
       (kind = 'missed_note' or kind = 'send_card' and exists (
          select from incidence_history h where h.incidence_id = d.incidence_id and action = 'missed'
            and h.before = '{}'))`,
  );
  return Number(row?.count);
}

const missed = async () => shownStats(await team.ask('/stats today')).missed;

test.each([
  ['start, end, transcript', [start, end, unanswered]],
  ['start, transcript, end', [start, unanswered, end]],
  ['end, transcript, start', [end, unanswered, start]],
  ['transcript, end, start', [unanswered, end, start]],
  ['the transcript alone', [unanswered]],
  ['everything twice', [start, start, end, end, unanswered, unanswered, start, end]],
  [
    'a longer one follows',
    [start, end, unanswered, transcriptOf(...Array.from({ length: 6 }, (_, n) => ['v', n * 60, 'Hello??'] as const))],
  ],
])('a chat that nobody answered is high and said once: %s', async (_name, bodies) => {
  await tawk(...bodies);
  const id = await only();
  const card = team.card(id).text ?? '';
  expect(card).toMatch(/^💬 TAWK CHAT · 🟠 HIGH\n/);
  expect(card).toMatch(/\n🚪 Nobody answered Asha Rao for \d+ min; they left\n/);
  expect(card).toContain('\nAnswered by: nobody\n');
  expect(await timesSaid()).toBe(1);
  expect(await missed()).toBe(1);
});

test('the notice is a message of its own, because an edited card makes no sound', async () => {
  await tawk(start, end, unanswered);
  const id = await only();
  const note = team.messages().find(({ text }) => text?.startsWith(`🟠 #${id}: Nobody answered`));
  expect(note?.text).toMatch(
    /^🟠 #\d+: Nobody answered Asha Rao for \d+ min; they left\nHi, my order has not arrived yet$/,
  );
  expect(note?.replyTo).toBe(team.card(id).message_id);
});

test('one message without an answer has no span to tell', async () => {
  await tawk(start, transcriptOf(['v', 0, 'Hello?']));
  await team.waitForText('Nobody answered Asha Rao; they left');
});

test.each([
  ['an agent answered', [start, end, answered]],
  ['an agent spoke first', [transcriptOf(['a', 0, 'Can I help?'], ['v', 9, 'No'])]],
  ['the visitor said nothing', [start, transcriptOf(['s', 0, 'Welcome'])]],
  ['a shorter transcript comes late', [start, answered, transcriptOf(['v', 0, 'Hello?'])]],
])('not missed: %s', async (_name, bodies) => {
  const before = team.messages().length;
  await tawk(...bodies);
  const said = team.messages().slice(before);
  expect(said.length).toBeGreaterThan(0);
  expect(said.filter(({ text }) => text?.includes('Nobody answered'))).toEqual([]);
  expect(await product.rows(`select 1 from incidence_history where action = 'missed'`)).toEqual([]);
  expect(await missed()).toBeUndefined();
});

test('what a bot says is no answer', async () => {
  await tawk(start, transcriptOf(['v', 0, 'Hello?'], ['s', 2, 'I am a bot'], ['v', 200, 'A person please']));
  await team.waitForText('Nobody answered Asha Rao for 3 min; they left');
});

test('a chat that was closed before its transcript came is counted, and disturbs nobody', async () => {
  await tawk(start, end);
  const id = await only();
  await team.ask(`/close ${id} spam`);
  await tawk(unanswered);
  expect(team.state(id)).toBe(`#${id} · closed by Ana · spam`);
  expect(await timesSaid()).toBe(0);
  expect(await missed()).toBe(1);
});

test('who comes back and is missed again is announced again; an answer later takes nothing from the count', async () => {
  await tawk(start, end, unanswered, again);
  const id = await only();
  expect(team.card(id).text).not.toContain('Nobody answered');
  const later = [
    ['v', 0, 'Hi'],
    ['v', 60, 'Hello??'],
    ['v', 900, 'still no answer'],
    ['v', 960, 'bye'],
  ] as const;
  await tawk(transcriptOf(...later));
  expect(await timesSaid()).toBe(2);
  expect(await missed()).toBe(2);

  await tawk(transcriptOf(...later, ['a', 990, 'Here I am']));
  expect(team.card(id).text).not.toContain('Nobody answered');
  expect(await missed()).toBe(2);
  expect((await team.ask('/stats today')).text).toContain('high: 1 opened, 1 open, 2 missed');
});

test('/why names the miss', async () => {
  await tawk(start, unanswered);
  const story = await team.ask(`/why ${await only()}`, SEED.ana);
  expect(story.text).toContain('transcript arrived, nobody had answered: severity high');
});
