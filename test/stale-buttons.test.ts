import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';
import { alertOf } from './support/world.ts';

const { ana, ben } = SEED;

let product: Product;
let team: Chat;
let conversation = 100;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());

async function newIncidence(): Promise<number> {
  conversation += 1;
  const { body } = await postAlert(product, alertOf(conversation, 'high'));
  await quiet(product);
  return Number(body['incidence_id']);
}

/** What the buttons under the card send, as somebody still has them who has not seen the next edit. */
function sentBy(id: number, code: string): string {
  const data = JSON.stringify(team.card(id).reply_markup).match(new RegExp(`"(${code}:[^"]+)"`))?.[1];
  if (data === undefined) throw new Error(`no button ${code} under #${id}`);
  return data;
}

test('a press on an old card says what happened meanwhile, and changes nothing', async () => {
  const id = await newIncidence();
  const acknowledge = sentBy(id, 'a');
  await team.press(id, 'Close');
  await team.waitForButton(id, 'Spam');
  const close = sentBy(id, 'x');
  await team.ask(`/ack ${id}`);
  expect(await team.forge(id, close, ben)).toBe('Meanwhile: acknowledged by Ana. Nothing was changed.');
  await quiet(product);
  expect(team.state(id)).toContain('acknowledged by Ana');
  await team.press(id, 'Release');
  expect(await team.forge(id, acknowledge, ben)).toBe('Meanwhile: released by Ana. Nothing was changed.');
  await quiet(product);
  expect(team.state(id)).toBe(`#${id} · open`);
  // The pressed card shows it as it is now.
  expect(await team.press(id, 'Acknowledge', ben)).toBe(`#${id} is yours`);
  expect((await team.ask(`/why ${id}`)).text).toContain('refused: Ben tried to close (stale)');
});

test('the same wish as the one that came first has its own answer', async () => {
  const id = await newIncidence();
  const acknowledge = sentBy(id, 'a');
  await team.ask(`/ack ${id}`);
  expect(await team.forge(id, acknowledge, ben)).toBe('Already acknowledged by Ana');
});

test("a customer's message, a tag or a severity makes no button old", async () => {
  const id = await newIncidence();
  const acknowledge = sentBy(id, 'a');
  await postAlert(product, { ...alertOf(conversation, 'critical'), message: 'Hello?' });
  await team.ask(`/tag ${id} refund`);
  await team.ask(`/severity ${id} low`);
  expect(await team.forge(id, acknowledge, ben)).toBe(`#${id} is yours`);
});

test('buttons from before the upgrade, which say nothing of what was seen, still work', async () => {
  const id = await newIncidence();
  expect(await team.forge(id, `a:${id}`, ana)).toBe(`#${id} is yours`);
  expect(await team.forge(id, `x:${id}:0`, ana)).toBe(`#${id} closed · resolved`);
});

test('a version that never was changes nothing', async () => {
  const id = await newIncidence();
  expect(await team.forge(id, `a:${id}@99`, ana)).toContain('Nothing was changed');
  await quiet(product);
  expect(team.state(id)).toBe(`#${id} · open`);
});

test("a press on a card that nothing is known of is answered, also while the clock is behind Telegram's", async () => {
  const behind = await startProduct({ now: () => new Date(Date.now() - 3_600_000) });
  try {
    const { body } = await postAlert(behind, alertOf(1, 'high'));
    await quiet(behind);
    const chat = openChat(behind);
    const id = Number(body['incidence_id']);
    const message = chat.card(id);
    await behind.rows('delete from cards');
    expect(await chat.pressUnder(message, 'More…')).toContain('This card is outdated.');
  } finally {
    await behind.stop();
  }
});
