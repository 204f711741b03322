import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { postAlert, postChatwoot, quiet, startProduct } from './support/product.ts';

vi.setConfig({ testTimeout: 60_000 });

async function startTeam({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  return {
    product,
    team: openChat(product),
    /** A customer of Chatwoot with contacts writes. */
    write: async (id: number) => {
      const sender = { name: 'Ivo', email: 'ivo@shop.example', phone_number: '+491701234567' };
      const body = {
        event: 'message_created',
        id,
        message_type: 'incoming',
        content: 'write me at ivo@shop.example',
        account: { id: 1 },
        conversation: { id, status: 'open', meta: { sender } },
      };
      await postChatwoot(product, JSON.stringify(body));
      await quiet(product);
    },
  };
}

test('contacts are hidden on new cards and on those that stand, and shown again by Undo', async (context) => {
  const { product, team, write } = await startTeam(context);
  await write(1);
  expect(team.card(1).text).toContain('ivo@shop.example');
  const screen = await team.ask('/settings', SEED.carla);
  expect(screen.text).toContain('Contacts on cards: shown');

  expect(await team.pressUnder(screen, 'Hide contacts', SEED.ana)).toContain('Only leads and admins');
  expect(await team.pressUnder(screen, 'Hide contacts', SEED.carla)).toBe('Changed');
  await team.waitForText('contacts hidden, before shown');
  await team.waitForCard(1, 'i***@s***.example');
  await write(2);
  for (const id of [1, 2]) {
    expect(team.card(id).text).not.toMatch(/ivo@|1234567/);
    expect(team.card(id).text).toContain('***67');
  }
  for (const text of ['/find ivo', '/open', '/incidence 1', '/why 1']) {
    expect((await team.ask(text)).text, text).not.toMatch(/ivo@|1234567/);
  }
  expect((await team.ask('/settings', SEED.carla)).text).toMatch(
    /hidden, such as[^]*contacts hidden, before shown, by Carla/,
  );

  const changed = await team.waitForText('contacts hidden, before shown');
  expect(await team.pressUnder(changed, 'Undo', SEED.carla)).toBe('Undone');
  await team.waitForCard(1, 'ivo@shop.example');
  expect(product.sandbox.refusals).toEqual([]);
});

test('a field is left out of the cards of one source, and a second tap on an old button changes nothing', async (context) => {
  const { product, team, write } = await startTeam(context);
  await write(1);
  await postAlert(product, {
    conversation_id: 9,
    severity: 'high',
    reason: 'TEST',
    message: 'Help',
    customer_email: 'a@b.example',
  });
  await quiet(product);
  const screen = await team.ask('/settings', SEED.carla);
  await team.pressUnder(screen, 'Fields: Chatwoot', SEED.carla);
  const fields = await team.waitForText('Fields on cards of Chatwoot');
  expect(buttonsOf(fields)).toContain('✅ Email');
  const data = fields.reply_markup?.inline_keyboard?.flat().find(({ text }) => text === '✅ Email');
  expect(await team.pressUnder(fields, '✅ Email', SEED.carla)).toBe('Changed');
  await team.waitForText('email of chatwoot hidden, before shown');
  await quiet(product);
  expect(team.card(1).text).not.toContain('Email');
  expect(team.card(1).text).toContain('Phone');
  const pressed = data && 'callback_data' in data ? String(data.callback_data) : '';
  const again = await product.sandbox.pressData({
    chatId: SEED.supportTeam,
    messageId: fields.message_id,
    data: pressed,
    by: SEED.carla,
  });
  expect(again?.text).toBe('Already set that way');
  expect(await product.rows(`select 1 from setting_changes`)).toHaveLength(1);
});

test('agents may not, and forged numbers change nothing', async (context) => {
  const { product, team, write } = await startTeam(context);
  await write(1);
  expect((await team.ask('/settings', SEED.ana)).text).toContain('Only leads and admins');
  for (const data of ['ss:0:0:0', 'sc:0', 'su:1', 'rr:1:0'])
    expect(await team.forge(1, data, SEED.ana)).toContain('Only leads');
  expect(await team.forge(1, 'ss:999:0:0', SEED.carla)).toContain('expired');
  expect(await team.forge(1, 'ss:0:0:7', SEED.carla)).toContain('expired');
  expect(await team.forge(1, 'sc:999', SEED.carla)).toContain('expired');
  expect(await team.forge(1, 'su:999', SEED.carla)).toContain('changed since');
  expect(await product.rows('select 1 from settings')).toEqual([]);
});

test('where contacts are hidden, Contact shows them to the presser alone, and the history says to whom', async (context) => {
  const { product, team, write } = await startTeam(context);
  await write(1);
  await team.press(1, 'More…');
  await team.waitForButton(1, '‹ Back');
  expect(team.buttons(1)).not.toContain('Contact');
  await team.pressUnder(await team.ask('/settings', SEED.carla), 'Hide contacts', SEED.carla);
  await team.waitForButton(1, 'Contact');

  const before = team.messages().length;
  expect(await team.press(1, 'Contact', SEED.ben)).toBe('Ivo\nivo@shop.example\n+491701234567');
  await team.waitForButton(1, 'More…');
  expect(team.messages().length).toBe(before);
  expect(team.card(1).text).not.toMatch(/ivo@|1234567/);
  expect((await team.ask('/why 1')).text).toContain('contact shown to Ben');

  // A stranger's press shows nothing, and is in the history as well.
  expect(await team.forge(1, 'co:1', SEED.dmitri)).not.toContain('ivo@');
  expect((await team.ask('/why 1')).text).toMatch(/refused: .* tried to see the contact/);
  await postAlert(product, { conversation_id: 9, severity: 'high', reason: 'TEST', message: 'Help' });
  await quiet(product);
  expect(await team.forge(2, 'co:2', SEED.ben)).toContain('Neither an email address nor a phone number');
  expect(await product.rows(`select 1 from incidence_history where action = 'contact'`)).toHaveLength(1);
});

test('a change of the escalation says what it was, and Undo goes back to that, of that part alone', async (context) => {
  const { product, team } = await startTeam(context);
  const changed = await team.ask('/escalation critical 1m leads', SEED.carla);
  expect(changed.text).toMatch(/critical: after 1m the leads\nBefore: 🔴 critical: after 2m those on duty, after 5m/);
  await team.ask('/escalation low 1h duty', SEED.carla);
  expect(await team.pressUnder(changed, 'Undo', SEED.ana)).toContain('Only leads and admins');
  expect(await team.pressUnder(changed, 'Undo', SEED.carla)).toBe('Undone');
  const policy = (await team.ask('/escalation')).text;
  expect(policy).toMatch(/critical: after 2m those on duty[^]*low: after 1h those on duty/);

  const again = await team.ask('/escalation critical off', SEED.carla);
  await team.ask('/escalation critical 3m duty', SEED.carla);
  expect(await team.pressUnder(again, 'Undo', SEED.carla)).toContain('changed since');
  expect((await team.ask('/escalation')).text).toContain('critical: after 3m');
  expect(product.sandbox.refusals).toEqual([]);
});

test('a change of a severity rule says what it was, and Undo goes back to that', async (context) => {
  const { team } = await startTeam(context);
  const added = await team.ask('/severity-words add high voucher', SEED.carla);
  expect(added.text).toContain('Before: not in the list');
  await team.ask('/severity-words add low coupon', SEED.carla);
  const worse = await team.ask('/severity-words add critical voucher', SEED.carla);
  expect(worse.text).toContain('Before: 🟠 high');
  expect(await team.pressUnder(added, 'Undo', SEED.carla)).toContain('changed since');
  expect(await team.pressUnder(worse, 'Undo', SEED.carla)).toBe('Undone');
  const listed = (await team.ask('/severity-words', SEED.carla)).text;
  expect(listed).toMatch(/🟠 high: voucher\n[^]*🟢 low: coupon/);
});

test('quiet hours and reminders are set by buttons, and each change has its Undo', async (context) => {
  const { product, team } = await startTeam(context);
  const screen = await team.ask('/settings', SEED.carla);
  await team.pressUnder(screen, 'Quiet hours', SEED.carla);
  const hours = await team.waitForText('When this chat is quiet');
  expect(await team.pressUnder(hours, '22:00-08:00', SEED.ana)).toContain('Only leads and admins');
  expect(await team.pressUnder(hours, '22:00-08:00', SEED.carla)).toBe('Changed');
  const set = await team.waitForText('Before: never quiet');
  expect(set.text).toContain('This chat: quiet 22:00-08:00');
  expect(await team.pressUnder(set, '22:00-08:00', SEED.carla)).toBe('Already set that way');
  expect(await product.rows('select from_minute, to_minute from quiet_chats')).toEqual([
    { from_minute: 1320, to_minute: 480 },
  ]);

  const again = await team.ask('/settings', SEED.carla);
  await team.pressUnder(again, 'Reminders', SEED.carla);
  const reminders = await team.waitForText('Other times or people');
  expect(buttonsOf(reminders)).toEqual(['🟡 Medium: nobody', '🟠 High: nobody', '🔴 Critical: nobody', '‹ Back']);
  await team.pressUnder(reminders, '🔴 Critical: nobody', SEED.carla);
  const changed = await team.waitForText('🔴 critical: nobody\nBefore: 🔴 critical: after 2m');
  expect(buttonsOf(changed)).toContain('🔴 Critical: default');
  expect(await team.pressUnder(changed, 'Undo', SEED.carla)).toBe('Undone');
  expect((await team.ask('/escalation')).text).toContain('critical: after 2m');
  expect(product.sandbox.refusals).toEqual([]);
});
