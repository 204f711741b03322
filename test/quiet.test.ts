import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A team at nine in the evening of a day in Kolkata, whose clock the test sets. */
async function startEvening(context: TestContext) {
  const world = await startWorld(context);
  let now = new Date('2026-06-15T21:00:00+05:30');
  const start = () => startProduct({ ...world, env: { TIMEZONE: 'Asia/Kolkata' }, now: () => now });
  let product = await start();
  context.onTestFinished(() => product.stop());
  let conversation = 0;
  return {
    world,
    team: () => openChat(product),
    product: (): Product => product,
    setTime: (time: string) => {
      now = new Date(`2026-06-${time}:00+05:30`);
    },
    restart: async () => {
      await product.stop();
      product = await start();
    },
    alert: async (severity: string) => {
      conversation += 1;
      await postAlert(product, { conversation_id: conversation, severity, reason: 'TEST', message: 'Help' });
      await quiet(product);
      return conversation;
    },
  };
}

test('in quiet hours only critical makes a sound, and the morning brings one summary, also across a restart', async (context) => {
  const evening = await startEvening(context);
  const { setTime, alert } = evening;
  const ask = async (text: string, by: number = SEED.carla) => (await evening.team().ask(text, by)).text ?? '';
  expect(await ask('/quiet 22:00-08:00')).toMatch(/quiet 22:00-08:00 \(Asia\/Kolkata\)\. Before: never quiet/);
  await alert('high');
  setTime('15T22:30');
  await waitUntil(
    async () => (await evening.product().rows('select 1 from quiet_chats where due_at is not null')).length > 0,
  );
  await alert('high');
  await alert('critical');
  await alert('medium');
  const silence = (id: number) => evening.team().card(id).silent ?? false;
  expect([1, 2, 3, 4].map(silence)).toEqual([false, true, false, true]);
  await ask('/close 4 spam', SEED.ana);
  await evening.restart();

  setTime('16T08:00');
  const summary = await evening
    .team()
    .waitForText('While this chat was quiet (22:00–08:00): 3 incidences came, 2 still open');
  expect(buttonsOf(summary)).toEqual(['#3', '#2']);
  await evening.restart();
  await alert('high');
  const summaries = evening
    .team()
    .messages()
    .filter(({ text }) => text?.includes('While this chat was quiet'));
  expect(summaries).toHaveLength(1);
  expect(silence(5)).toBe(false);
});

test('nothing came, so nothing is said', async (context) => {
  const evening = await startEvening(context);
  await evening.team().ask('/mute 30m', SEED.carla);
  await evening.team().ask('/unmute', SEED.carla);
  await quiet(evening.product());
  expect(
    evening
      .team()
      .messages()
      .filter(({ text }) => text?.includes('While this chat was quiet')),
  ).toEqual([]);
  const kinds = await evening
    .product()
    .rows<{ state: string }>(`select state from deliveries where kind = 'quiet_summary'`);
  expect(kinds).toEqual([{ state: 'obsolete' }]);
});

test('/mute ends by itself or by /unmute, with its summary; Undo takes a change back', async (context) => {
  const evening = await startEvening(context);
  const { alert, setTime } = evening;
  const ask = (text: string, by: number = SEED.carla) => evening.team().ask(text, by);
  expect((await ask('/mute 30 min')).text).toContain('muted until');
  await alert('high');
  expect(evening.team().card(1).silent).toBe(true);
  setTime('15T21:10');
  expect((await ask('/unmute')).text).toContain('never quiet');
  await evening.team().waitForText('1 incidence came, 1 still open');
  await alert('high');
  expect(evening.team().card(2).silent ?? false).toBe(false);

  const set = await ask('/quiet 20-22');
  await alert('high');
  expect(evening.team().card(3).silent).toBe(true);
  expect(await evening.team().pressUnder(set, 'Undo', SEED.ana)).toContain('Only leads and admins');
  expect(await evening.team().pressUnder(set, 'Undo', SEED.carla)).toBe('Undone');
  await evening.team().waitForText('Undone: chat');
  await alert('high');
  expect(evening.team().card(4).silent ?? false).toBe(false);
  await ask('/quiet 01:00-02:00');
  expect(await evening.team().pressUnder(set, 'Undo', SEED.carla)).toContain('changed since');
});

test('nonsense is answered with the usage and an example, and agents may not', async (context) => {
  const evening = await startEvening(context);
  const ask = async (text: string, by: number = SEED.carla) => (await evening.team().ask(text, by)).text ?? '';
  expect(await ask('/quiet')).toMatch(/never quiet[^]*\/quiet 22:00-08:00/);
  expect(await ask('/quiet tonight')).toContain('/quiet 22:00-08:00');
  expect(await ask('/quiet 22:00-22:00')).toContain('/quiet 22:00-08:00');
  for (const text of ['/mute', '/mute later', '/mute 0m', '/mute 8d']) expect(await ask(text)).toContain('/mute 30m');
  expect(await ask('/unmute')).toContain('Nothing changed');
  for (const text of ['/quiet 22-8', '/mute 30m', '/unmute']) expect(await ask(text, SEED.ana)).toContain('Only leads');
  expect(await evening.product().rows('select 1 from quiet_chats')).toEqual([]);
});
