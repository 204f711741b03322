import { expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';

test('a closed card is four lines, and whole again by Reopen or /incidence', async ({ onTestFinished }) => {
  const clock = createClock('2026-11-26T12:00:00Z');
  const product = await startProduct({ now: clock.now });
  onTestFinished(product.stop);
  const team = openChat(product);
  const { body } = await postAlert(product, {
    severity: 'high',
    reason: 'PAYMENT_ISSUE',
    conversation_id: 4711,
    customer_name: 'John Doe',
    customer_email: 'john@example.com',
    message: 'Where is my money?',
    additional_info: { order_id: 'order_456' },
  });
  const id = Number(body['incidence_id']);
  await quiet(product);
  clock.move(720);
  await team.ask(`/tag ${id} refund`);
  await team.ask(`/close ${id} resolved paid\nout`);
  await quiet(product);
  expect(team.card(id).text?.split('\n')).toEqual([
    '🟠 CHATWOOT ALERT - HIGH · PAYMENT_ISSUE',
    'John Doe · john@example.com · #4711',
    'open for 12 min · Note: paid out · Tags: refund',
    `#${id} · closed by Ana · resolved`,
  ]);
  expect(team.buttons(id)).toEqual(['Reopen', 'Tag', 'More…']);

  clock.move(1);
  const copy = await team.ask(`/incidence ${id}`);
  expect(copy.text).toContain('Where is my money?');
  expect(copy.text).toContain('order_id: order_456');
  const [first] = team.messages().filter(({ text }) => text?.endsWith(`#${id} · closed by Ana · resolved`));
  await team.pressUnder(first ?? copy, 'Reopen', SEED.ben);
  await quiet(product);
  for (const { text } of team.messages().filter((message) => message.text?.endsWith(`#${id} · open`)))
    expect(text).toContain('Where is my money?');

  clock.move(60);
  await team.ask(`/close ${id} spam`);
  await quiet(product);
  const cards = team.messages().filter(({ text }) => text?.endsWith(`#${id} · closed by Ana · spam`));
  expect(cards.map(({ text }) => text?.split('\n').length)).toEqual([4, 4]);
});
