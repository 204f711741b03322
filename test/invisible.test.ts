import { expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, startProduct } from './support/product.ts';

test('a name and a message of invisible letters leave no line on the card, as blank ones do', async ({
  onTestFinished,
}) => {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const team = openChat(product);
  const alert = { severity: 'high', reason: 'BLANK', conversation_id: 5801 };
  await postAlert(product, { ...alert, customer_name: '\u3164', message: '\u2800\u200B' });
  const { text } = await team.waitForCard(1, 'open');
  expect(text).not.toMatch(/Customer:|Message:/);

  expect((await team.ask('/tag 1 \u3164', SEED.ana)).text).toContain('For example /tag');
});
