import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { startDetour } from './support/detour.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';
import { alertOf, found, startWorld } from './support/world.ts';

const { ana, ben } = SEED;

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());

test('More… offers what is rarer, and ‹ Back', async () => {
  const id = await newIncidence();
  expect(await team.press(id, 'More…')).toBe('What would you like to do?');
  await team.waitForButton(id, '‹ Back');
  expect(team.buttons(id)).toEqual(['Acknowledge', 'Assign', 'Snooze', 'Severity', 'Note', '‹ Back']);
  await team.press(id, '‹ Back');
  await team.waitForButton(id, 'More…');
});

test('‹ Back is pressed as soon as the menu is seen, before Telegram has answered the edit that opened it', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  const env = { TELEGRAM_API_ROOT: detour.apiRoot };
  const own = await startProduct({ sandbox: world.sandbox, databaseUrl: world.databaseUrl, env });
  world.atEnd(() => own.stop());
  const chat = openChat(world);
  await postAlert(own, alertOf(1));
  await quiet(own);
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  detour.after = ({ method }) => (method === 'editMessageText' ? held : Promise.resolve());

  await chat.press(1, 'More…');
  await chat.waitForButton(1, '‹ Back');
  await chat.press(1, '‹ Back');
  await found(world, `select 1 from cards where menu = 'main'`);
  answer();
  await chat.waitForButton(1, 'More…');
});

test('Severity may be lowered; the card says so, and its buttons come back', async () => {
  const id = await newIncidence();
  await openSeverity(id);
  expect(team.buttons(id)).toEqual(['Acknowledge', '🔴 Critical', '✓ 🟠 High', '🟡 Medium', '🟢 Low', '‹ Back']);
  expect(await team.press(id, '🟢 Low')).toBe(`#${id} is now low`);
  await team.waitForCard(id, '🟢 CHATWOOT ALERT - LOW');
  await team.waitForButton(id, 'More…');
  expect((await team.ask(`/why ${id}`)).text).toContain('severity set to low by Ana');
});

test('the same severity again changes nothing and says so', async () => {
  const id = await newIncidence();
  await openSeverity(id);
  expect(await team.press(id, '✓ 🟠 High', ben)).toBe('It already has this severity');
  expect(team.card(id).text).toContain('HIGH');
});

test('what was known when a person lowered it does not raise it again; what is worse does', async () => {
  const id = await newIncidence('high');
  await team.ask(`/severity ${id} low`);
  await alert('high');
  expect(team.card(id).text).toContain('🟢 CHATWOOT ALERT - LOW');
  await alert('critical');
  await team.waitForCard(id, '🔴 CHATWOOT ALERT - CRITICAL');
});

test.each(['/severity', '/severity 42', '/severity 42 hgih', '/severity 42 high low', '/severity high'])(
  '%s is answered with an example',
  async (typed) => {
    expect((await team.ask(typed)).text).toBe(
      'Which one, and how severe: low, medium, high or critical? For example /severity 42 high',
    );
  },
);

test('a closed one keeps its severity', async () => {
  const id = await newIncidence();
  await team.ask(`/close ${id} resolved`);
  expect((await team.ask(`/severity ${id} low`, ben)).text).toBe('Already closed by Ana');
});

test('Note asks for the text and keeps it, without closing anything', async () => {
  const id = await newIncidence();
  await team.press(id, 'More…');
  await team.waitForButton(id, 'Note');
  expect(await team.press(id, 'Note')).toBe('Reply to my message with the note');
  const question = await team.waitForText(`the note for #${id} `);
  await team.waitForButton(id, 'More…');
  expect((await team.ask('Called her back', ana, question.message_id)).text).toBe(`Note saved on #${id}.`);
  await team.waitForCard(id, 'Note: Called her back');
  expect(team.state(id)).toBe(`#${id} · open`);
});

test('/note keeps a note; without a text it is answered with an example', async () => {
  const id = await newIncidence();
  expect((await team.ask(`/note ${id} waits for the bank`)).text).toBe(`Note saved on #${id}.`);
  await team.waitForCard(id, 'Note: waits for the bank');
  expect((await team.ask(`/note ${id}`)).text).toBe(
    'Which one, and what should the team know? For example /note 42 called her back',
  );
});

test('a forged severity changes nothing', async () => {
  const id = await newIncidence();
  const stranger = product.sandbox.addPerson({ id: 500_000_901, first_name: 'Mallory' });
  expect(await team.forge(id, `f:${id}:0`, stranger.id)).toContain('Only members of the team chat');
  await team.forge(id, `f:${id}:9`, ana);
  expect(team.card(id).text).toContain('HIGH');
});

let conversation = 8_000;

async function newIncidence(severity = 'high'): Promise<number> {
  conversation += 1;
  return alert(severity);
}

/** One more alert about the newest conversation; resolves with its incidence's number once the cards show it. */
async function alert(severity: string): Promise<number> {
  const { body } = await postAlert(product, {
    severity,
    reason: 'PAYMENT_ISSUE',
    conversation_id: conversation,
    message: 'Where is my money?',
  });
  await quiet(product);
  return Number(body['incidence_id']);
}

async function openSeverity(id: number): Promise<void> {
  await team.press(id, 'More…');
  await team.waitForButton(id, 'Severity');
  expect(await team.press(id, 'Severity')).toBe('Choose a severity');
  await team.waitForButton(id, '🟢 Low');
}
