import { type TestContext, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postChatwoot, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';

async function startTeam({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const team = openChat(product);
  let id = 900;
  return {
    product,
    team,
    asCarla: async (text: string) => (await team.ask(text, SEED.carla)).text ?? '',
    /** A new conversation; resolves with its card. */
    wrote: async (content: string, conversation: object = {}) => {
      id += 1;
      const body = {
        event: 'message_created',
        id,
        message_type: 'incoming',
        content,
        account: { id: 1 },
        conversation: { id, status: 'open', meta: { sender: { name: 'Ivo' } }, ...conversation },
      };
      await postChatwoot(product, JSON.stringify(body));
      await quiet(product);
      const [row] = await product.rows<{ severity: string }>(
        `select severity from incidences where external_id = '${id}'`,
      );
      return row?.severity;
    },
  };
}

test('a lead adds, tries and removes words; the next event follows them, and what was changed by whom is kept', async (context) => {
  const { asCarla, wrote, product, team } = await startTeam(context);
  expect(await wrote('about my voucher')).toBe('medium');
  expect(await asCarla('/severity-words add critical Voucher')).toContain('“voucher” is now 🔴 critical');
  expect(await asCarla('/severity-words test my VOUCHER is gone')).toBe('🔴 critical: because of “voucher”');
  expect(await asCarla('/severity-words test a refund')).toBe('🟠 high: by a built-in word');
  expect(await asCarla('/severity-words add critical voucher')).toContain('Nothing changed');
  await waitUntil(async () => (await wrote('about my voucher')) === 'critical');

  await asCarla('/severity-labels add high Wholesale');
  await asCarla('/severity-attributes add low tier=Free');
  await waitUntil(async () => (await wrote('hello', { labels: ['wholesale'], priority: 'low' })) === 'high');
  await waitUntil(
    async () => (await wrote('hello', { custom_attributes: { tier: 'free' }, priority: 'urgent' })) === 'low',
  );
  expect(await wrote('hello', { priority: 'urgent' })).toBe('critical');

  expect(await asCarla('/severity-words remove voucher')).toContain('no longer affects');
  await waitUntil(async () => (await wrote('about my voucher')) === 'medium');
  const list = await asCarla('/severity-words');
  expect(list).toMatch(/words: “voucher” removed, by Carla[^]*words: “voucher” is critical, by Carla/);
  expect(list).toContain('🔴 critical: none yet');
  expect(product.sandbox.refusals).toEqual([]);
  void team;
});

test('an agent may not, and what is not understood is explained', async (context) => {
  const { asCarla, team, product } = await startTeam(context);
  expect((await team.ask('/severity-words add critical x', SEED.ana)).text).toContain('Only leads and admins');
  expect(await asCarla('/severity-words add urgent x')).toContain('Severities: critical, high, medium, low.');
  expect(await asCarla('/severity-words add high')).toContain('Send /severity-words to list');
  expect(await asCarla('/severity-words test')).toContain('Send /severity-words to list');
  expect(await asCarla('/severity-attributes add high gold')).toContain('tier=gold');
  expect(await product.rows('select 1 from settings')).toEqual([]);
});
