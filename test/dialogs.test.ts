import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { postAlert, type Product, quiet, startProduct, startSandbox } from './support/product.ts';
import { waitUntil } from './support/wait.ts';

const { ana, ben } = SEED;

let database: TestDatabase;
let product: Product;
let team: Chat;
beforeAll(async () => {
  database = await createTestDatabase();
  product = await startProduct({ sandbox: await startSandbox(), databaseUrl: database.url });
  team = openChat(product);
});
afterAll(async () => {
  await product.stop();
  await product.sandbox.stop();
  await database.drop();
});

test('New tag… asks for the tag and sets it', async () => {
  const id = await newIncidence();
  const question = await askFor('New tag…', id);
  expect(question.text).toBe(`Ana, reply with the new tag for #${id} (or /cancel).`);
  expect((await team.ask('Refund Überfällig!', ana, question.message_id)).text).toBe(
    `Tagged #${id}: refund-überfällig`,
  );
  await team.waitForCard(id, 'Tags: refund-überfällig');
});

test.each([
  ['a new tag', 'leaving'],
  ['a tag it has already', 'staying'],
])('after New tag… with %s the card leaves its tag menu', async (_, tag) => {
  const id = await newIncidence();
  await team.ask(`/tag ${id} staying`);
  const question = await askFor('New tag…', id);
  await team.waitForButton(id, 'New tag…');
  await team.ask(tag, ana, question.message_id);
  await waitUntil(() => !team.buttons(id).includes('New tag…'));
  expect(team.buttons(id)).toEqual(['Acknowledge', 'Close', 'Tag', 'More…']);
});

test('a tag without a letter is refused in words', async () => {
  const id = await newIncidence();
  const question = await askFor('New tag…', id);
  expect((await team.ask('🔥🔥', ana, question.message_id)).text).toBe(
    'A tag needs a letter or a digit. Press New tag… again.',
  );
});

test('a note that shows nothing is refused in words, and the one before stays', async () => {
  const id = await newIncidence();
  await team.ask(`/note ${id} called her`);
  const question = await askFor('Write a note…', id);
  expect((await team.ask('\u200F\u200B', ana, question.message_id)).text).toBe(
    'Your message has no text that can be seen. Press the button on the card again.',
  );
  await quiet(product);
  expect(team.card(id).text).toContain('Note: called her');
});

test('Write a note… keeps the note and asks for the outcome', async () => {
  const id = await newIncidence();
  const question = await askFor('Write a note…', id);
  const kept = await team.ask('Paid out <b>by hand</b> & told her', ana, question.message_id);
  expect(kept.text).toBe(`Note saved. Close #${id} as:`);
  await team.waitForCard(id, 'Note: Paid out <b>by hand</b> & told her');
  expect(await team.pressUnder(kept, 'No reply needed')).toBe(`#${id} closed · no reply needed`);
  await team.waitForCard(id, 'closed by Ana · no reply needed');
  const noted = await product.rows<{ note: string }>(
    "select note from incidence_history where incidence_id = $1 and action = 'note'",
    id,
  );
  expect(noted).toEqual([{ note: 'Paid out <b>by hand</b> & told her' }]);
});

test('a long note stands whole on the card; a cut is announced', async () => {
  const id = await newIncidence();
  const whole = 'x'.repeat(500);
  const question = await askFor('Write a note…', id);
  expect((await team.ask(whole, ana, question.message_id)).text).toBe(`Note saved. Close #${id} as:`);
  await team.waitForCard(id, `Note: ${whole}\n`);

  const other = await newIncidence();
  const second = await askFor('Write a note…', other);
  expect((await team.ask(`${whole}yz`, ana, second.message_id)).text).toBe(
    `Note saved, cut to 500 characters. Close #${other} as:`,
  );
  await team.waitForCard(other, `Note: ${'x'.repeat(499)}…\n`);
  expect((await team.ask(`/close ${other} spam ${whole}yz`)).text).toBe(
    `#${other} closed · spam · note, cut to 500 characters: ${'x'.repeat(499)}…`,
  );
});

test('a note leaves the card when it is opened again, and stays in the story', async () => {
  const id = await newIncidence();
  await team.ask(`/close ${id} resolved paid out by hand`);
  await team.waitForCard(id, 'Note: paid out by hand');
  await team.press(id, 'Reopen');
  await team.waitForButton(id, 'Acknowledge');
  expect(team.card(id).text).not.toContain('Note:');
  expect((await team.ask(`/why ${id}`)).text).toContain('closed by Ana as resolved: paid out by hand');
});

test("one person's open question blocks neither another's buttons nor that person's own commands", async () => {
  const [asked, other] = [await newIncidence(), await newIncidence()];
  const question = await askFor('New tag…', asked);
  expect(await team.press(other, 'Acknowledge', ben)).toBe(`#${other} is yours`);
  expect((await team.ask(`/ack ${asked}`, ana)).text).toBe(`#${asked} is yours`);
  expect((await team.ask('/open', ben)).text).toContain(`#${asked}`);
  expect((await team.ask('vip', ana, question.message_id)).text).toBe(`Tagged #${asked}: vip`);
});

test('what others, or the same person, say to each other meanwhile is not the answer', async () => {
  const id = await newIncidence();
  product.sandbox.promote(product.chatId, product.sandbox.bot.id);
  const question = await askFor('New tag…', id);
  team.typed('has anyone seen my coffee', ana);
  team.typed('not me', ben, question.message_id);
  expect((await team.ask('real tag', ana, question.message_id)).text).toBe(`Tagged #${id}: real-tag`);
  await team.waitForCard(id, 'Tags: real-tag');
  product.sandbox.demote(product.chatId, product.sandbox.bot.id);
});

test('a reply to an expired question gets an answer that says so', async () => {
  const id = await newIncidence();
  const question = await askFor('New tag…', id);
  const { message_id: bens } = team.typed('mine too', ben, question.message_id);
  const answersToBen = () => team.messages().filter(({ replyTo }) => replyTo === bens);
  await product.sandbox.waitFor(() => answersToBen().length > 0, { what: "the answer to Ben's reply" });
  await team.ask('first', ana, question.message_id);
  expect((await team.ask('second', ana, question.message_id)).text).toBe(
    'This question has expired. Press the button on the card again.',
  );
  expect(answersToBen().map(({ text }) => text)).toEqual([
    'This question was for Ana. To start your own, press a button on the card.',
  ]);
  await team.waitForCard(id, 'Tags: first');
});

test('replies to anything else are left alone', async () => {
  const id = await newIncidence();
  const imitation = team.typed(`Ana, reply with the note for #${id} (or /cancel).`, ben);
  const others = [team.typed('well done', ana, team.card(id).message_id), team.typed('so', ana, imitation.message_id)];
  await team.ask('/whoami');
  for (const { message_id: said } of others) {
    expect(team.messages().filter(({ replyTo, from }) => from.is_bot && replyTo === said)).toEqual([]);
  }
});

test('an answer of the bot that quotes the words of a question is no question', async () => {
  const id = await newIncidence();
  const quoting = await team.ask(`/close ${id} resolved Ana, reply with the note for #${id} (or /cancel).`);
  expect(quoting.text).toMatch(/, reply with the note for #\d+ \(or \/cancel\)\.$/);
  const { message_id: said } = team.typed('fine', ana, quoting.message_id);
  await team.ask('/whoami');
  expect(team.messages().filter(({ replyTo, from }) => from.is_bot && replyTo === said)).toEqual([]);
});

test('a new question takes the place of a forgotten one', async () => {
  const [forgotten, current] = [await newIncidence(), await newIncidence()];
  await askFor('New tag…', forgotten);
  const question = await askFor('Write a note…', current);
  expect((await team.ask('the customer was very angry', ana, question.message_id)).text).toBe(
    `Note saved. Close #${current} as:`,
  );
  await quiet(product);
  expect(team.card(forgotten).text).not.toContain('Tags:');
});

test('/cancel leaves the question', async () => {
  const id = await newIncidence();
  const question = await askFor('New tag…', id);
  expect((await team.ask('/cancel')).text).toBe('Cancelled.');
  expect((await team.ask('too late', ana, question.message_id)).text).toContain('This question has expired');
  expect((await team.ask('/cancel')).text).toBe('Nothing to cancel.');
  expect(team.card(id).text).not.toContain('Tags:');
});

test('an open question survives a restart, and what was typed meanwhile is handled', async () => {
  const id = await newIncidence();
  const question = await askFor('New tag…', id);
  await product.stop();
  const answered = team.ask('after restart', ana, question.message_id);
  product = await startProduct({ sandbox: product.sandbox, databaseUrl: database.url });
  expect((await answered).text).toBe(`Tagged #${id}: after-restart`);
  await team.waitForCard(id, 'Tags: after-restart');
});

test('a note for an incidence that was closed meanwhile is kept all the same', async () => {
  const id = await newIncidence();
  const question = await askFor('Write a note…', id);
  await team.ask(`/close ${id} spam`, ben);
  expect((await team.ask('it was a bot', ana, question.message_id)).text).toBe(`Note saved on #${id}.`);
  await team.waitForCard(id, 'Note: it was a bot');
});

let conversation = 0;

async function newIncidence(): Promise<number> {
  conversation += 1;
  const alert = { severity: 'medium', reason: 'COMPLAINT', conversation_id: conversation, message: 'Help' };
  const { body } = await postAlert(product, alert);
  return Number(body['incidence_id']);
}

/** Opens the menu that has the button, presses it, and resolves with the bot's question. */
async function askFor(button: 'New tag…' | 'Write a note…', id: number) {
  const menu = button === 'New tag…' ? 'Tag' : 'Close';
  await team.press(id, menu);
  await team.waitForButton(id, button);
  await team.press(id, button);
  const question = await team.waitForText(button === 'New tag…' ? `the new tag for #${id} ` : `the note for #${id} `);
  // Somebody else is not faster than the record of whom it was for.
  const key = `question:${SEED.supportTeam}:${question.message_id}`;
  await waitUntil(async () => (await product.rows('select 1 from bot_dialogs where key = $1', key)).length > 0);
  return question;
}
