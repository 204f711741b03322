import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';

const { ana, ben, carla, dmitri } = SEED;
const anonymousAdmin = 1_087_968_824;

let product: Product;
let team: ReturnType<typeof openChat>;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());

/** Every press was answered, and none twice: a second answer is refused by Telegram. */
afterEach(async () => {
  await quiet(product);
  const refusedAnswers = product.sandbox.refusals.filter(({ method }) => method === 'answerCallbackQuery');
  expect(refusedAnswers).toEqual([]);
});

test('Acknowledge: the card says who, and offers Close, Tag, Release and More…', async () => {
  const id = await newIncidence();
  expect(team.buttons(id)).toEqual(['Acknowledge', 'Close', 'Tag', 'More…']);
  expect(await team.press(id, 'Acknowledge')).toBe(`#${id} is yours`);
  await team.waitForCard(id, 'acknowledged by Ana · ');
  expect(team.buttons(id)).toEqual(['Close', 'Tag', 'Release', 'More…']);
});

test('Acknowledge again: the toast says who has it', async () => {
  const id = await newIncidence();
  const { message_id: messageId } = team.card(id);
  const press = (by: number) => product.sandbox.press({ chatId: product.chatId, messageId, button: 'Acknowledge', by });
  const [first, second] = await Promise.all([press(ana), press(ben)]);
  expect([first?.text, second?.text].filter((text) => text === `#${id} is yours`)).toHaveLength(1);
  const winner = first?.text === `#${id} is yours` ? 'Ana' : 'Ben';
  expect([first?.text, second?.text]).toContain(`Already acknowledged by ${winner}`);
  expect(await history(id)).toEqual(['alerted', 'acknowledge', 'refused']);
});

test.each([
  ['Resolved', 'resolved'],
  ['No reply needed', 'no reply needed'],
  ['Duplicate', 'duplicate'],
  ['Spam', 'spam'],
])('Close as %s', async (button, words) => {
  const id = await newIncidence();
  expect(await team.press(id, 'Close')).toBe('Choose an outcome');
  await team.waitForButton(id, button);
  expect(await team.press(id, button)).toBe(`#${id} closed · ${words}`);
  await team.waitForCard(id, `#${id} · closed by Ana · ${words}`);
  expect(team.buttons(id)).toEqual(['Reopen', 'Tag', 'More…']);
});

test('Close can be thought better of', async () => {
  const id = await newIncidence();
  await team.press(id, 'Close');
  await team.waitForButton(id, '‹ Back');
  await team.press(id, '‹ Back');
  await team.waitForButton(id, 'Acknowledge');
  expect(team.state(id)).toBe(`#${id} · open`);
});

test('whoever takes it sets the menus of every card back', async () => {
  const id = await newIncidence();
  await team.press(id, 'Tag', ana);
  await team.waitForButton(id, 'New tag…');
  await team.ask(`/ack ${id}`, ben);
  await team.waitForCard(id, 'acknowledged by Ben');
  expect(team.buttons(id)).toEqual(['Close', 'Tag', 'Release', 'More…']);
});

test.each(['Close', 'Tag', 'More…'])(
  'the menu behind %s keeps Acknowledge for the others while it is open',
  async (button) => {
    const id = await newIncidence();
    await team.press(id, button, ana);
    await team.waitForButton(id, '‹ Back');
    expect(team.buttons(id)[0]).toBe('Acknowledge');
    expect(await team.press(id, 'Acknowledge', ben)).toBe(`#${id} is yours`);
    await team.waitForButton(id, 'Release');
    await team.press(id, button, ana);
    await team.waitForButton(id, '‹ Back');
    expect(team.buttons(id)).not.toContain('Acknowledge');
  },
);

test('a menu nobody used for two minutes goes back by itself; one in use stays', async () => {
  const [left, used] = [await newIncidence(), await newIncidence()];
  await team.ask(`/tag ${left} forgotten`);
  for (const id of [left, used]) {
    await team.press(id, 'Tag');
    await team.waitForButton(id, '‹ Back');
  }
  await product.rows(`update cards set menu_at = menu_at - interval '3 minutes' where incidence_id = $1`, left);
  await waitUntil(() => !team.buttons(left).includes('‹ Back'));
  expect(team.buttons(left)).toEqual(['Acknowledge', 'Close', 'Tag', 'More…']);
  expect(await team.press(used, 'forgotten')).toBe('Tagged forgotten');
  await team.waitForButton(used, '✓ forgotten');
});

test('a tag pressed while its menu is closing keeps the menu', async () => {
  const id = await newIncidence();
  await team.ask(`/tag ${id} kept`);
  await team.press(id, 'Tag');
  await team.waitForButton(id, '✓ kept');
  await product.rows(`update cards set menu = 'main' where incidence_id = $1`, id);
  expect(await team.press(id, '✓ kept')).toBe('Tag kept removed');
  await team.waitForButton(id, 'kept');
});

test('Release gives it back, Reopen opens it again with the buttons of an open card', async () => {
  const id = await newIncidence();
  await team.press(id, 'Acknowledge');
  await team.waitForButton(id, 'Release');
  expect(await team.press(id, 'Release')).toBe(`#${id} is open again`);
  await team.waitForButton(id, 'Acknowledge');
  await team.press(id, 'Close');
  await team.waitForButton(id, 'Resolved');
  await team.press(id, 'Resolved');
  await team.waitForButton(id, 'Reopen');
  expect(await team.press(id, 'Reopen', ben)).toBe(`#${id} is open again`);
  await team.waitForCard(id, `#${id} · open`);
  expect(team.buttons(id)).toEqual(['Acknowledge', 'Close', 'Tag', 'More…']);
});

test('a tag is set by a press and taken away by the next', async () => {
  const id = await newIncidence();
  await team.ask(`/tag ${id} refund`);
  const other = await newIncidence();
  await team.press(other, 'Tag');
  await team.waitForButton(other, 'refund');
  expect(await team.press(other, 'refund')).toBe('Tagged refund');
  await team.waitForButton(other, '✓ refund');
  expect(team.card(other).text).toContain('Tags: refund');
  expect(await team.press(other, '✓ refund')).toBe('Tag refund removed');
  await team.waitForButton(other, 'refund');
  expect(team.card(other).text).not.toContain('Tags:');
});

test('a tag that was pressed twice, or by two people, is set; taken away twice, it is gone', async () => {
  const id = await newIncidence();
  await team.ask(`/tag ${id} vip`);
  const other = await newIncidence();
  await team.press(other, 'Tag');
  const { message_id: messageId } = await team.waitForButton(other, 'vip');
  const tap = async (button: string, by: number) =>
    (await product.sandbox.press({ chatId: product.chatId, messageId, button, by }))?.text;
  const set = await Promise.all([tap('vip', ana), tap('vip', ana), tap('vip', ben)]);
  expect(set.toSorted()).toEqual(['Already tagged vip', 'Already tagged vip', 'Tagged vip']);
  await team.waitForCard(other, 'Tags: vip');
  await team.waitForButton(other, '✓ vip');
  const unset = await Promise.all([tap('✓ vip', ana), tap('✓ vip', ben)]);
  expect(unset.toSorted()).toEqual(['Tag vip removed', 'Tag vip was already removed']);
  await team.waitForButton(other, 'vip');
  expect(team.card(other).text).not.toContain('Tags:');
  expect(await history(other)).toEqual(['alerted', 'tag', 'tag']);
});

test.each([
  ['Release', 'r', "Nobody has acknowledged this, so there's nothing to release"],
  ['Reopen', 'o', "This isn't closed, so there's nothing to reopen"],
])('%s of an open one is refused with the reason', async (_name, code, toast) => {
  const id = await newIncidence();
  expect(await team.forge(id, `${code}:${id}`, ana)).toBe(toast);
  expect(team.state(id)).toBe(`#${id} · open`);
});

test('whoever presses on an old screen learns that it is closed, and by whom', async () => {
  const id = await newIncidence();
  await team.ask(`/close ${id}`);
  for (const data of [`a:${id}`, `r:${id}`, `x:${id}:0`, `c:${id}`]) {
    expect(await team.forge(id, data, ben), data).toBe('Already closed by Ana');
  }
  expect(await team.forge(id, `a:${id}`, ana)).toBe('Already closed by you');
});

test.each([
  ['nonsense', 'hello', 'This button has expired'],
  ['an unknown code', 'zz:1', 'This button has expired'],
  ['no number', 'a:', 'This button has expired'],
  ['a huge number', 'a:99999999999999999999', 'This button has expired'],
  ['SQL', "a:1'; drop table incidences; --", 'This button has expired'],
  ['an unknown incidence', 'a:999999', 'No such incidence'],
  ['an unknown outcome', 'x:1:9', 'This button has expired'],
  ['an unknown tag', 'g:1:999:1', 'This tag no longer exists'],
  ['a tag with no wish', 'g:1:1', 'This button has expired'],
  ['a tag with an unknown wish', 'g:1:1:2', 'This button has expired'],
  ['an unknown incidence to show', 'i:999999', 'No such incidence'],
  ['an unknown incidence to tag', 'w:999999', 'No such incidence'],
  ['an unknown incidence to note', 'n:999999', 'No such incidence'],
])('forged button data is answered: %s', async (_name, data, toast) => {
  const id = await newIncidence();
  expect(await team.forge(id, data, ana)).toContain(toast);
});

test.each([
  ['someone who is not in the group', dmitri, 'Only members of the team chat', 'Dmitri (telegram'],
  ['an anonymous admin', anonymousAdmin, 'anonymous admin', 'Group (telegram'],
])('%s is refused with the reason, changes nothing and is recorded', async (_name, by, toast, actor) => {
  const id = await newIncidence();
  for (const data of [`a:${id}`, `x:${id}:0`, `t:${id}`, `w:${id}`, `n:${id}`]) {
    expect(await team.forge(id, data, by), data).toContain(toast);
  }
  expect(team.state(id)).toBe(`#${id} · open`);
  // The toast goes first, the record follows.
  await expect.poll(() => history(id)).toEqual(['alerted', ...Array.from({ length: 5 }, () => 'refused')]);
  const [, ...refused] = await product.rows<{ actor: string }>(
    'select actor from incidence_history where incidence_id = $1 order by id',
    id,
  );
  for (const row of refused) expect(row.actor).toContain(actor);
});

test('a command of an anonymous admin is refused with the reason', async () => {
  const id = await newIncidence();
  product.sandbox.setAnonymous(product.chatId, carla, true);
  expect((await team.ask(`/ack ${id}`, carla)).text).toContain('You are posting as an anonymous admin');
  product.sandbox.setAnonymous(product.chatId, carla, false);
  expect(team.state(id)).toBe(`#${id} · open`);
});

test('in private only people with a role may act', async () => {
  const id = await newIncidence();
  const privately = (by: number, command: string) => openChat(product, by).ask(command, by);
  for (const command of [`/ack ${id}`, '/failed']) {
    expect((await privately(ana, command)).text, command).toBe(
      'Agents can use buttons and commands only in the team chat. Try it there.',
    );
    expect((await privately(dmitri, command)).text, command).toContain('Only members of the team chat');
  }
  expect((await openChat(product, carla).ask(`/ack ${id}`, carla)).text).toBe(`#${id} is yours`);
  await team.waitForCard(id, 'acknowledged by Carla');
});

test('every copy of a card follows the state', async () => {
  const id = await newIncidence();
  const original = team.card(id);
  const privately = openChat(product, carla);
  await team.ask(`/incidence ${id}`);
  await privately.ask(`/incidence #${id}`, carla);
  const copy = team.card(id);
  expect(copy.message_id).not.toBe(original.message_id);

  await privately.press(id, 'Acknowledge', carla);
  await product.sandbox.waitFor((sandbox) =>
    [
      sandbox.message(product.chatId, original.message_id),
      sandbox.message(product.chatId, copy.message_id),
      privately.card(id),
    ].every((message) => message?.text?.includes('acknowledged by Carla')),
  );
});

test('two people of one name are distinguished', async () => {
  const [silva, petrova] = ['Silva', 'Petrova'].map((last_name, index) => {
    const nina = product.sandbox.addPerson({ id: 500_000_776 + index, first_name: 'Nina', last_name });
    product.sandbox.join(product.chatId, nina.id);
    return nina.id;
  });
  const [first, second] = [await newIncidence(), await newIncidence()];
  await team.press(first, 'Acknowledge', silva);
  await team.press(second, 'Acknowledge', petrova);
  await team.waitForCard(second, 'acknowledged by Nina P.');
  expect(await team.press(first, 'Close', ben)).toBe('Choose an outcome');
  await team.waitForCard(first, 'acknowledged by Nina S.');
});

test('someone who left the group may not press any more', async () => {
  const olga = product.sandbox.addPerson({ id: 500_000_778, first_name: 'Olga' });
  product.sandbox.join(product.chatId, olga.id);
  const id = await newIncidence();
  expect(await team.press(id, 'Acknowledge', olga.id)).toBe(`#${id} is yours`);
  product.sandbox.leave(product.chatId, olga.id);
  expect(await team.forge(id, `r:${id}`, olga.id)).toContain('Only members of the team chat');
});

let conversation = 5_000;

/** Posts an alert; resolves with the number of its incidence, whose card is in the chat. */
async function newIncidence(): Promise<number> {
  conversation += 1;
  const alert = {
    severity: 'high',
    reason: 'PAYMENT_ISSUE',
    conversation_id: conversation,
    message: 'Where is my money?',
  };
  const { body } = await postAlert(product, alert);
  return Number(body['incidence_id']);
}

async function history(id: number): Promise<string[]> {
  const rows = await product.rows<{ action: string }>(
    'select action from incidence_history where incidence_id = $1 order by id',
    id,
  );
  return rows.map(({ action }) => action);
}
