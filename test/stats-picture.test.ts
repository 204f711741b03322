import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';

let product: Product;
let team: Chat;

beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
  const additional_info = { current_screen: 'checkout', friction_score: 0.8, cart_value: 12_000 };
  await postAlert(product, { severity: 'high', reason: 'X', conversation_id: 1, message: 'x', additional_info });
  await quiet(product);
});
afterAll(() => product.stop());

test('/stats answers with one picture 1200 wide, whose caption says the same', async () => {
  const answer = await team.ask('/stats 7d');
  expect(answer.photo).toMatchObject({ width: 1200, mime_type: 'image/png' });
  expect(answer.text).toContain('Stats for the last 7 days');
  expect(answer.text).toContain('Opened: 1');
});

test('a button shows other numbers and their picture in the same message', async () => {
  const answer = await team.ask('/stats 7d');
  const before = answer.photo?.file_id;
  await team.pressUnder(answer, 'Friction', SEED.ben);
  const shown = () => team.messages().find(({ message_id }) => message_id === answer.message_id);
  const edited = await product.sandbox.waitFor(() => (shown()?.text?.includes('Friction in') ? shown() : undefined), {
    what: 'the friction in the same message',
  });
  expect(edited.photo?.width).toBe(1200);
  expect(edited.photo?.file_id).not.toBe(before);
  expect(edited.edits).not.toEqual([]);
});
