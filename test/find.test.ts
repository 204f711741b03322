import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Message } from 'telegram-sandbox';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { connect } from '../src/database/connect.ts';
import { createLog } from '../src/log.ts';
import { deleteExpired } from '../src/retention/retention-job.ts';
import { buttonsOf, type Chat, openChat } from './support/chat.ts';
import { forgetEverything, postAlert, postTawk, type Product, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { connectTo } from './support/world.ts';

const { ben, dmitri, supportTeam: chatId } = SEED;

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

async function alert(conversation: number | string, more: object): Promise<number> {
  const facts = { severity: 'low', reason: 'X', conversation_id: conversation, message: 'help', ...more };
  return Number((await postAlert(product, facts)).body['incidence_id']);
}

/** Resolves once the search has read all that happened. */
async function indexed(): Promise<void> {
  await quiet(product);
  await waitUntil(async () => {
    const [stale] = await product.rows(`select 1 from incidences left join incidence_search on incidence_id = id
      where incidence_search.version is distinct from incidences.version limit 1`);
    return stale === undefined;
  });
}

const numbersIn = ({ text = '' }: Message) => Array.from(text.matchAll(/#(\d+) /g), ([, id]) => Number(id));

async function found(command: string): Promise<number[]> {
  return numbersIn(await team.ask(command));
}

const boldIn = ({ text = '', entities = [] }: Message) =>
  entities
    .filter(({ type }) => type === 'bold')
    .map(({ offset, length }) => text.slice(offset, offset + length))
    .filter((bold) => !bold.startsWith('#'));

test('customers, messages, notes and tags are found by the beginnings of words, the newest first', async () => {
  const asha = await alert(501, { customer_name: 'Asha Nair', customer_email: 'asha.nair@shop.example' });
  const paid = await alert(502, {
    message: 'Where is my REFUND for order_4711?',
    additional_info: { phone: '+49 170 33' },
  });
  const tagged = await alert(503, { customer_name: 'Łukasz Müller' });
  await team.ask(`/tag ${tagged} chargeback`);
  await team.ask(`/close ${asha} resolved promised a refundable voucher`);
  await indexed();
  expect(await found('/find refund')).toEqual([paid, asha]);
  expect(await found('/find ASHA nair')).toEqual([asha]);
  expect(await found('/find asha.nair@shop.example')).toEqual([asha]);
  expect(await found('/find nair voucher')).toEqual([asha]);
  expect(await found('/find 4711')).toEqual([paid]);
  expect(await found('/find order_47')).toEqual([paid]);
  expect(await found('/find müll')).toEqual([tagged]);
  expect(await found('/find charge')).toEqual([tagged]);
  expect(await found('/find 502')).toEqual([paid]);
});

test('what was found shows the words in bold, escaped, with who has it', async () => {
  const id = await alert(1, {
    customer_name: 'Bo <b>',
    message: `${'well '.repeat(30)}<i>refunds</i> & "more" please`,
  });
  await team.ask(`/ack ${id}`, ben);
  await indexed();
  const list = await team.ask('/find bo refund');
  expect(list.text).toBe(
    `🔎 bo refund, newest first\n\n🟢 #${id} Bo <b> · Ben\n   …well well well well <i>refunds</i> & "more" please`,
  );
  expect(boldIn(list)).toEqual(['bo refund', 'Bo', 'refunds']);
  const link = `https://t.me/c/${String(chatId).slice(4)}/${team.card(id).message_id}`;
  expect(list.entities).toContainEqual(expect.objectContaining({ type: 'text_link', url: link }));
  expect(await team.pressUnder(list, `#${id}`)).toBe(`#${id}`);
});

function transcript(chatId: string, visitor: object, said: readonly (readonly [string, string])[]): string {
  const time = '2026-11-18T12:00:00Z';
  const messages = said.map(([msg, t]) => ({ sender: { t, n: t }, type: 'msg', msg, time, attchs: [] }));
  const property = { id: 'p', name: 'Shop' };
  return JSON.stringify({ event: 'chat:transcript_created', property, chat: { id: chatId, visitor, messages }, time });
}

test('what was said in a chat is found in its transcript, and shown', async () => {
  const visitor = { name: 'Noor', email: 'noor@example.com' };
  const said = [
    ['My marquee tore', 'v'],
    ['We send a patch', 'a'],
  ] as const;
  await postTawk(product, transcript('tawk-9', visitor, said));
  await indexed();
  const list = await team.ask('/find noor marquee');
  expect(list.text).toContain('Noor');
  expect(list.text).toMatch(/^   My marquee tore$/m);
  expect(boldIn(list)).toContain('marquee');
});

test('a message that was replaced by a newer one is found still', async () => {
  const id = await alert(7, { message: 'the zipper is broken' });
  await indexed();
  await alert(7, { message: 'ok thanks' });
  await indexed();
  expect(await found('/find zipper')).toEqual([id]);
  expect(await found('/find thanks')).toEqual([id]);
});

test('typing errors are forgiven where nothing has the word', async () => {
  const id = await alert(1, { message: 'I want a refund' });
  await indexed();
  const list = await team.ask('/find refnud');
  expect(list.text).toMatch(/^Nothing found for “refnud”. Did you mean this\?\n🔎 refund, newest first/);
  expect(numbersIn(list)).toEqual([id]);
  expect((await team.ask('/find zzzzqqq')).text).toBe(
    '🔎 zzzzqqq: nothing found. Try fewer words, or only their beginnings.',
  );
});

test('without pg_trgm everything but that works', async () => {
  const id = await alert(1, { message: 'I want a refund' });
  await indexed();
  await product.rows('drop extension pg_trgm cascade');
  try {
    expect((await team.ask('/find refnud')).text).toMatch(/^🔎 refnud: nothing found/);
    expect(await found('/find refun')).toEqual([id]);
  } finally {
    await product.rows('create extension pg_trgm');
    await product.rows('create index search_terms_similar on search_terms using gin (term gin_trgm_ops)');
  }
});

test.each(['/find', '/find !!!', '/find 🔥', "/find ' & | : * \\"])(
  '%s is answered with what it takes',
  async (command) => {
    expect((await team.ask(command)).text).toBe(
      'What should I look for? Send words from a name, an e-mail address, an order, a message, a note or a tag: /find refund visa',
    );
  },
);

test.each(["/find ';drop table incidences;--", '/find <b>x</b>', '/find a:* & !b', "/find o'neil\\", '/find %_%x'])(
  '%s is only looked for',
  async (command) => {
    expect((await team.ask(command)).text).toMatch(/: nothing found/);
  },
);

test('too many words are refused', async () => {
  expect((await team.ask('/find a b c d e f g h i')).text).toBe('Too many words: /find takes up to 8.');
});

test('a search that takes too long ends, and the answer says how to narrow it down', async () => {
  await alert(1, { message: 'refund' });
  await indexed();
  const other = await connectTo(product.databaseUrl);
  await other.query('begin; lock table incidence_search in access exclusive mode');
  expect((await team.ask('/find refund')).text).toContain('takes too long. Add a word');
  await other.query('rollback');
  await other.end();
  expect((await team.ask('/find refund')).text).toContain('newest first');
});

test('results turn their pages, forth and back', async () => {
  for (let conversation = 1; conversation <= 23; conversation += 1) await alert(conversation, { message: 'visa' });
  await indexed();
  const list = await team.ask('/find visa');
  const shown = () => team.messages().find(({ message_id }) => message_id === list.message_id) ?? list;
  const turnsOf = () => buttonsOf(shown()).filter((button) => !button.startsWith('#'));
  const pages = [numbersIn(list)];
  const turn = async (button: string) => {
    const before = shown().text;
    await team.pressUnder(list, button);
    await product.sandbox.waitFor(() => shown().text !== before);
    return numbersIn(shown());
  };
  expect(turnsOf()).toEqual(['›']);
  pages.push(await turn('›'));
  expect(turnsOf()).toEqual(['‹', '›']);
  pages.push(await turn('›'));
  expect(turnsOf()).toEqual(['‹']);
  expect(pages.map(({ length }) => length)).toEqual([10, 10, 3]);
  expect(new Set(pages.flat()).size).toBe(23);
  expect(pages.flat()).toEqual(pages.flat().toSorted((a, b) => b - a));
  expect(await turn('‹')).toEqual(pages[1]);
  expect(await turn('‹')).toEqual(pages[0]);
  expect(turnsOf()).toEqual(['›']);
});

test('a stranger finds nothing', async () => {
  await alert(1, { message: 'visa' });
  await indexed();
  const { text } = await openChat(product, dmitri).ask('/find visa', dmitri);
  expect(text).toMatch(/^Only members of the team chat can do this/);
});

test('a transcript that is deleted is found no more, though its incidence stays', async () => {
  const visitor = { name: 'Noor', email: 'noor@example.com' };
  await postTawk(product, transcript('tawk-8', visitor, [['My marquee tore', 'v']]));
  await indexed();
  const [id] = await found('/find marquee');
  await product.rows(`update transcripts set stored_at = now() - interval '91 days'`);
  await product.rows(`update incidences set status = 'closed', closed_at = now()`);
  const db = connect(product.databaseUrl, {
    role: 'test',
    connections: 1,
    log: createLog('silent', { pretty: false }),
  });
  await deleteExpired(db, 90, new Date()).finally(() => db.destroy());
  await alert(2, {});
  await indexed();
  expect(await found('/find noor')).toEqual([id]);
  expect((await team.ask('/find marquee')).text).toMatch(/nothing found/);
});
