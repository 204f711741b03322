import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Chat, openChat } from './support/chat.ts';
import { forgetEverything, postTawk, type Product, quiet, startProduct } from './support/product.ts';

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

const start = 'real__chat-start__basic';
const end = 'real__chat-end__basic';
const transcript = 'real__chat-transcript__short';
const again = 'real__chat-start__same-chat-again';

test.each([
  ['start, end, transcript', [start, end, transcript], 'open · visitor left', true],
  ['transcript before end', [start, transcript, end], 'open · visitor left', true],
  ['end before start', [end, start], 'open · visitor left', false],
  ['transcript alone', [transcript], 'open · visitor left', true],
  ['transcript first of all', [transcript, end, start], 'open · visitor left', true],
  [
    'everything five times',
    [start, start, start, end, end, start, transcript, end, transcript],
    'open · visitor left',
    true,
  ],
  ['the visitor returns', [start, end, again], 'open', false],
  [
    'and leaves again',
    [start, end, again, 'real__chat-transcript__second-of-two-expanded'],
    'open · visitor left',
    true,
  ],
  [
    "the seed's shapes",
    ['seed__chat-start__full-strings', 'seed__chat-end__basic', 'seed__chat-transcript__basic'],
    'open · visitor left',
    true,
  ],
  ['both shapes', ['seed__chat-start__full-strings', end, transcript], 'open · visitor left', true],
])('%s', async (_name, names, state, hasTranscript) => {
  await tawk(...names);
  const id = await only();
  expect(team.state(id)).toBe(`#${id} · ${state}`);
  expect(team.card(id).text?.includes('Transcript: ')).toBe(hasTranscript);
  expect(product.sandbox.refusals.filter(({ description }) => !description?.includes('not modified'))).toEqual([]);
  if (names.includes(start))
    expect(team.card(id).text).toContain(
      names.includes(again) ? 'still no answer' : 'Hi, my order has not arrived yet',
    );
});

test('a retry of a start, hours after a person closed the chat, does not open it again', async () => {
  await tawk(start, end);
  const id = await only();
  await team.ask(`/close ${id}`);
  await tawk(start);
  expect(team.state(await only())).toBe(`#${id} · closed by Ana · resolved`);
});

test('one ticket under two event ids is one card', async () => {
  await tawk('real__ticket-create__basic', 'real__ticket-create__same-ticket-again');
  await only();
});

test('a shorter transcript that comes late is not shown again', async () => {
  await tawk(start, 'real__chat-transcript__second-of-two-expanded', 'real__chat-transcript__first-of-two');
  const id = await only();
  expect(team.messages().filter(({ document }) => document?.file_name.startsWith(`transcript-${id}-`))).toHaveLength(1);
});

/** Posts fixtures one after the other, each processed and shown before the next. */
async function tawk(...names: string[]): Promise<void> {
  for (const name of names) {
    await postTawk(product, readFileSync(new URL(`fixtures/tawk/${name}.json`, import.meta.url)));
    await quiet(product);
  }
}

/** The one incidence there is. */
async function only(): Promise<number> {
  const rows = await product.rows<{ id: string }>('select id from incidences');
  expect(rows).toHaveLength(1);
  return Number(rows[0]?.id);
}

test('a chat that an agent begins is recorded and alerts nobody, until the visitor begins it again', async () => {
  const before = team.messages().length;
  await tawk('real__chat-start__agent-first', 'real__chat-end__basic', 'real__chat-transcript__short');
  expect(team.messages().slice(before)).toEqual([]);
  const rows = await product.rows('select status, trigger, outcome from incidences');
  expect(rows).toEqual([{ status: 'closed', trigger: 'AGENT_INITIATED', outcome: 'no_reply_needed' }]);
  const id = await only();
  expect((await team.ask(`/why ${id}`)).text).toContain('an agent began the chat in Tawk, so no card was sent');
  await tawk('real__chat-start__agent-first');
  expect(await product.rows(`select 1 from incidences where status = 'open'`)).toEqual([]);

  await tawk('real__chat-start__same-chat-again');
  expect(team.state(await only())).toContain('open');
});
