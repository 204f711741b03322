import { expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';

const { ana, ben, carla } = SEED;
const [mohammed, omar, dana, asked] = ['محمد العتيبي', 'عمر', 'דנה כהן', 'איפה ההזמנה'];

/** Whether the first letter or mark of direction is one from right to left: then the whole line is. */
function isFromRight(line: string): boolean {
  const [first = ''] = /\p{L}|\u200E/u.exec(line) ?? [];
  return /[\u0590-\u08ff]/.test(first);
}

test('a name in Arabic or Hebrew turns no line around, and other names are as they were', async ({
  onTestFinished,
}) => {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const team = openChat(product);
  for (const [index, customer_name] of [mohammed, dana, 'Jane Doe'].entries())
    await postAlert(product, {
      severity: 'critical',
      reason: customer_name === dana ? asked : 'TEST',
      conversation_id: index + 1,
      customer_name,
      message: 'Where is it?',
    });
  await quiet(product);
  expect(await team.press(1, 'Acknowledge', ana)).toBe('#1 is yours');
  expect(await team.press(2, 'Acknowledge', ben)).toBe('#2 is yours');
  await team.ask('/onduty 2h', ben);
  await product.rows(`update people set first_name = $1, last_name = null where telegram_id = $2`, omar, ben);

  await waitUntil(async () => (await team.ask('/find العتيبي', ana)).text?.includes('#1') === true);
  for (const [text, by] of [
    ['/open', ana],
    ['/mine', ana],
    ['/find العتيبي', ana],
    ['/find Doe', ana],
    ['/duty', ana],
    ['/team', carla],
    ['/why 2', ana],
  ] as const) {
    const answer = (await team.ask(text, by)).text ?? '';
    expect(answer.split('\n').filter(isFromRight), text).toEqual([]);
  }
  const open = (await team.ask('/open', ana)).text ?? '';
  expect(open).toContain(`#1 \u200E\u2068${mohammed}\u2069 · TEST · `);
  expect(open).toMatch(
    new RegExp(`#2 \u200E\u2068${dana}\u2069 · \u200E\u2068${asked}\u2069 · .* · \u200E\u2068${omar}\u2069$`, 'm'),
  );
  expect(open).toContain('#3 Jane Doe · TEST · ');
  await team.ask('/note 2 called', ana);
  await team.waitForCard(2, `acknowledged by \u200E\u2068${omar}\u2069 · `);
  expect(team.card(1).text).toContain(`Customer: \u200E\u2068${mohammed}\u2069\n`);
});
