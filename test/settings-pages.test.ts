import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { ruleId } from '../src/settings/severity-settings.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { alertOf, found, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, carla } = SEED;

/** A Thursday, 09:00 in Berlin. */
async function startTeam(context: TestContext, env: Record<string, string> = {}) {
  const clock = createClock('2026-11-26T08:00:00Z');
  const world = await startWorld(context);
  const product = await startProduct({ ...world, now: clock.now, env: { TIMEZONE: 'Europe/Berlin', ...env } });
  context.onTestFinished(() => product.stop());
  const team = openChat(product);
  /** `/settings`, then the button. */
  const openPage = async (button: string, title: string) => {
    const screen = await team.ask('/settings', carla);
    await team.pressUnder(screen, button, carla);
    const read = () =>
      team.messages().find(({ message_id: id, text }) => id === screen.message_id && text?.includes(title));
    return product.sandbox.waitFor(read, { what: title });
  };
  return { clock, world, product, team, openPage };
}

test('the table of words: one is added by its question, changed and removed by buttons, each with its Undo', async (context) => {
  const { product, team, openPage } = await startTeam(context);
  const page = await openPage('Words', 'Words that decide');
  expect(page.text).toContain('The list is empty.');
  expect(await team.pressUnder(page, 'Add…', ana)).toContain('Only leads and admins');
  expect(await team.pressUnder(page, 'Add…', carla)).toBe('Send it as a reply');
  const question = await team.waitForText('reply with a severity and the word');
  const added = await team.ask('high gift card', carla, question.message_id);
  expect(added.text).toContain('“gift card” is now 🟠 high. Before: not in the list.');
  expect(buttonsOf(added)).toEqual(['Undo']);
  await team.ask('/severity-words add low coupon', carla);

  const filled = await openPage('Words', '2 in the list');
  expect(buttonsOf(filled)).toEqual(['🟠 gift card', '🟢 coupon', 'Add…', '‹ Back']);
  await team.pressUnder(filled, '🟠 gift card', carla);
  const rule = await team.waitForText('🟠 high: gift card');
  expect(buttonsOf(rule)).toEqual(['🔴 Critical', '🟡 Medium', '🟢 Low', 'Remove', '‹ Back']);
  expect(await team.pressUnder(rule, '🔴 Critical', ana)).toContain('Only leads and admins');
  expect(await team.pressUnder(rule, '🔴 Critical', carla)).toBe('Changed');
  const changed = await team.waitForText('“gift card” is now 🔴 critical. Before: 🟠 high');
  expect(await team.pressUnder(changed, 'Undo', carla)).toBe('Undone');
  await team.waitForText('Undone: words: “gift card” is high');

  const last = await openPage('Words', '2 in the list');
  await team.pressUnder(last, '🟢 coupon', carla);
  await team.pressUnder(await team.waitForText('🟢 low: coupon'), 'Remove', carla);
  await team.waitForText('“coupon” no longer affects the severity. Before: 🟢 low.');
  expect((await team.ask('/severity-words', carla)).text).toMatch(/high: gift card\n[^]*low: none yet/);
  expect(product.sandbox.refusals).toEqual([]);
});

test('a long table has pages; what is no word, and a rule that is gone, change nothing', async (context) => {
  const { product, team, openPage } = await startTeam(context);
  await product.rows(
    `insert into settings (key, value, changed_at) values ('severity', $1, now())`,
    JSON.stringify({ words: Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`word ${at + 10}`, 'low'])) }),
  );
  const first = await openPage('Words', '12 in the list');
  expect(buttonsOf(first)).toContain('🟢 word 19');
  expect(buttonsOf(first)).not.toContain('🟢 word 20');
  await team.pressUnder(first, '›', carla);
  const shows = (button: string) => () =>
    team.messages().find((message) => message.message_id === first.message_id && buttonsOf(message).includes(button));
  const second = await product.sandbox.waitFor(shows('🟢 word 21'), { what: 'the second page' });
  expect(buttonsOf(second)).toContain('‹');

  await team.pressUnder(second, 'Add…', carla);
  const question = await team.waitForText('reply with a severity and the word');
  expect((await team.ask('gift card', carla, question.message_id)).text).toContain('/severity-words add critical');
  await postAlert(product, alertOf(1));
  await quiet(product);
  const gone = ruleId({ kind: 'words', name: 'never there' });
  for (const data of [`vs:${gone}:0`, `vc:${gone}:0:0`, `vc:${gone}:0:9`, 'vp:7:0', 'va:7'])
    expect(await team.forge(1, data, carla), data).toContain('expired');
  for (const data of [`vc:${gone}:0:0`, 'vp:0:0', 'va:0'])
    expect(await team.forge(1, data, ana), data).toContain('Only leads');
  expect(await product.rows('select 1 from setting_changes')).toEqual([]);
});

test('the digest: on at a time, which begins tomorrow if it is over today, and off, each with its Undo', async (context) => {
  const { clock, world, product, team, openPage } = await startTeam(context);
  const digests = () => team.messages().filter(({ text }) => text?.includes('Yesterday,'));
  const page = await openPage('Digest', "Yesterday's numbers");
  expect(page.text).toMatch(/Daily digest: off$/);
  expect(buttonsOf(page)).not.toContain('No digest');
  expect(await team.pressUnder(page, '08:00', ana)).toContain('Only leads and admins');
  expect(await team.pressUnder(page, '08:00', carla)).toBe('Changed');
  const set = await team.waitForText('Digest at 08:00, before off');
  expect(set.text).toContain('Daily digest: at 08:00 (Europe/Berlin)');
  await clock.pass(product, 3_600);
  await found(world, `select 1 from settings where key = 'digest-day'`);
  expect(digests()).toEqual([]);
  await clock.pass(product, 22 * 3_600);
  await product.sandbox.waitFor(() => digests().length === 1, { what: 'the digest of Friday' });
  expect(digests()[0]?.text).toContain('Yesterday, Thu 26 Nov');

  expect(await team.pressUnder(set, 'No digest', carla)).toBe('Changed');
  await team.waitForText('Digest off, before at 08:00');
  await clock.pass(product, 24 * 3_600);
  expect((await team.ask('/settings', carla)).text).toContain('Daily digest: off');
  expect(digests()).toHaveLength(1);
  expect(await team.pressUnder(await team.waitForText('Digest off, before at 08:00'), 'Undo', carla)).toBe('Undone');
  expect((await team.ask('/settings', carla)).text).toContain('Daily digest: at 08:00');
  expect(product.sandbox.refusals).toEqual([]);
});

test('DIGEST_AT counts until a lead says otherwise', async (context) => {
  const { team, openPage } = await startTeam(context, { DIGEST_AT: '09:30' });
  const page = await openPage('Digest', "Yesterday's numbers");
  await team.pressUnder(page, '18:00', carla);
  await team.waitForText('Digest at 18:00, before at 09:30');
  expect((await team.ask('/settings', carla)).text).toContain('Daily digest: at 18:00 (Europe/Berlin)');
});

test('dates follow the language that a lead chose, also on cards that stand, and go back by Undo', async (context) => {
  const { product, team, openPage } = await startTeam(context);
  await postAlert(product, alertOf(1));
  await quiet(product);
  await team.ask('/snooze 1 monday', ana);
  await team.waitForCard(1, 'until Mon 09:00');
  const page = await openPage('Dates', 'Language of dates');
  expect(page.text).toContain('Dates: in English');
  expect(await team.pressUnder(page, 'Deutsch', carla)).toBe('Changed');
  const changed = await team.waitForText('Dates in Deutsch, before English');
  await team.waitForCard(1, 'until Mo. 09:00');
  expect((await team.ask('/onduty 08:00', ana)).text).toContain('until Fr. 08:00');
  expect(await team.pressUnder(changed, 'Undo', carla)).toBe('Undone');
  await team.waitForCard(1, 'until Mon 09:00');
  expect(product.sandbox.refusals).toEqual([]);
});
