import { afterEach, beforeEach, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';

let product: Product;
beforeEach(async () => {
  product = await startProduct();
});
afterEach(() => product.stop());

const seedAlert = {
  severity: 'high',
  reason: 'NEGATIVE_SENTIMENT',
  conversation_id: 12345,
  customer_name: 'John Doe',
  customer_email: 'john@example.com',
  message: 'THIS IS RIDICULOUS!!! WHERE IS MY PAYMENT???',
  timestamp: '2025-01-19T18:30:00Z',
  chatwoot_url: 'https://app.chatwoot.com/app/accounts/1/conversations/12345',
  additional_info: { user_id: 'user_123', order_id: 'order_456' },
};

test('an alert becomes the card of the contract, and the poster learns its message', async () => {
  const answer = await postAlert(product, seedAlert);
  const card = product.sandbox.messages(product.chatId).at(-1);
  expect(answer).toEqual({
    status: 200,
    body: {
      success: true,
      message: 'Alert forwarded to Telegram',
      telegram_message_id: card?.message_id,
      conversation_id: 12345,
      incidence_id: 1,
    },
  });
  expect(card?.text).toBe(
    [
      '🟠 CHATWOOT ALERT - HIGH',
      '',
      'Reason: NEGATIVE_SENTIMENT',
      'Conversation ID: #12345',
      'Customer: John Doe',
      'Email: john@example.com',
      '',
      'Message:',
      'THIS IS RIDICULOUS!!! WHERE IS MY PAYMENT???',
      '',
      'Time: 2025-01-19T18:30:00Z',
      '',
      '🔗 View in Chatwoot',
      '',
      'Additional Info:',
      '  • user_id: user_123',
      '  • order_id: order_456',
      '',
      '#1 · open',
    ].join('\n'),
  );
});

test('the poster learns the message in the team’s chat, wherever else the card was called up', async () => {
  await postAlert(product, seedAlert);
  const inPrivate = openChat(product, SEED.carla);
  for (const _ of [1, 2, 3]) await inPrivate.ask('/whoami', SEED.carla);
  inPrivate.typed('/incidence 1', SEED.carla);
  await inPrivate.waitForCard(1, 'open');
  const { body } = await postAlert(product, { ...seedAlert, message: 'Once more' });
  await quiet(product);
  expect(inPrivate.card(1).message_id).not.toBe(openChat(product).card(1).message_id);
  expect(body['telegram_message_id']).toBe(openChat(product).card(1).message_id);
});

test('two people press Acknowledge: one wins, the other learns who', async () => {
  const messageId = Number((await postAlert(product, seedAlert)).body['telegram_message_id']);
  const press = (by: number) => product.sandbox.press({ chatId: product.chatId, messageId, button: 'Acknowledge', by });
  const [first, second] = await Promise.all([press(SEED.ana), press(SEED.ben)]);
  expect([first?.text, second?.text].sort()).toEqual([
    '#1 is yours',
    expect.stringMatching(/^Already acknowledged by (Ana|Ben)$/),
  ]);
  await product.sandbox.waitFor((sandbox) =>
    sandbox.message(product.chatId, messageId)?.text?.includes('acknowledged by'),
  );
});
