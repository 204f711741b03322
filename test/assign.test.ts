import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';
import { alertOf } from './support/world.ts';

const { ana, ben, carla } = SEED;

let product: Product;
let team: Chat;
let conversation = 100;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
  for (const person of [ana, ben]) await team.ask('/whoami', person);
});
afterAll(() => product.stop());

async function newIncidence(): Promise<number> {
  conversation += 1;
  const { body } = await postAlert(product, alertOf(conversation, 'high'));
  await quiet(product);
  return Number(body['incidence_id']);
}

test('Assign offers the people of the chat, those on duty first; it is theirs then, and they are told', async () => {
  const id = await newIncidence();
  await team.ask('/onduty', ben);
  await team.press(id, 'More…');
  await team.waitForButton(id, 'Assign');
  expect(await team.press(id, 'Assign')).toBe('Who should take it? 🟢 is on duty');
  await team.waitForButton(id, '🟢 Ben');
  expect(team.buttons(id).slice(0, 2)).toEqual(['Acknowledge', '🟢 Ben']);
  expect(team.buttons(id)).toContain('Ana');
  expect(await team.press(id, '🟢 Ben')).toBe(`#${id} is assigned to Ben`);
  await team.waitForCard(id, 'acknowledged by Ben');
  const note = await team.waitForText(`#${id} is yours: Ana assigned it to you`);
  expect(note.replyTo).toBe(team.card(id).message_id);
  expect(note.entities).toContainEqual(
    expect.objectContaining({ type: 'text_mention', user: expect.objectContaining({ id: ben }) }),
  );
  expect((await team.ask(`/why ${id}`)).text).toContain('assigned to Ben by Ana');
  await team.ask('/offduty', ben);
});

test('/assign takes a name or the beginning of one; to oneself it is an acknowledgement, and nobody is told', async () => {
  const id = await newIncidence();
  expect((await team.ask(`/assign ${id} be`)).text).toBe(`#${id} is assigned to Ben`);
  expect((await team.ask(`/assign ${id} Ben`)).text).toBe('Already acknowledged by Ben');
  expect((await team.ask(`/assign ${id} ana`)).text).toBe(`#${id} is assigned to Ana`);
  await quiet(product);
  expect(team.messages().filter(({ text }) => text?.includes(`#${id} is yours: Ana`))).toHaveLength(1);
  await team.ask(`/close ${id} resolved`);
  expect((await team.ask(`/assign ${id} ben`)).text).toBe('Already closed by you');
});

test('an admin named in the settings is offered like everybody, and first while on duty', async () => {
  const id = await newIncidence();
  await team.ask('/onduty', carla);
  await team.press(id, 'More…');
  await team.waitForButton(id, 'Assign');
  await team.press(id, 'Assign');
  await team.waitForButton(id, '🟢 Carla');
  expect(team.buttons(id)[1]).toBe('🟢 Carla');
  expect(await team.press(id, '🟢 Carla')).toBe(`#${id} is assigned to Carla`);
  expect((await team.ask(`/assign ${id} ben`, carla)).text).toBe(`#${id} is assigned to Ben`);
  expect((await team.ask(`/assign ${id} @carla_admin`)).text).toBe(`#${id} is assigned to Carla`);
  await team.ask('/offduty', carla);
});

test('a name may be typed as Telegram shows it', async () => {
  const id = await newIncidence();
  expect((await team.ask(`/assign ${id} ben okafor`)).text).toBe(`#${id} is assigned to Ben`);
  expect((await team.ask(`/assign ${id} Ana Si`)).text).toBe(`#${id} is assigned to Ana`);
});

test('an unknown name and one that several people have are answered with the choice', async () => {
  const id = await newIncidence();
  expect((await team.ask(`/assign ${id} zoe`)).text).toMatch(/“zoe” is not on this team\. Choose one of: .*Ana/);

  await product.rows(
    `with person as (insert into people (telegram_id, first_name, username, role, created_at, seen_at)
       values (500000555, 'Benita', 'benita', 'agent', now(), now()) returning telegram_id)
     insert into members (chat_id, telegram_id, seen_at) select ${SEED.supportTeam}, telegram_id, now() from person`,
  );
  expect((await team.ask(`/assign ${id} be`)).text).toMatch(
    /“be” may be one of: Ben.*, Benita \(@benita\)\. Which one\?/,
  );
  expect((await team.ask(`/assign ${id} @benita`)).text).toBe(`#${id} is assigned to Benita`);
});

test.each(['', '42', 'ben'])('/assign %s is answered with an example', async (typed) => {
  expect((await team.ask(`/assign ${typed}`)).text).toContain('For example /assign 42 @ben');
});

test('a forged assignment to somebody who is not of the chat changes nothing', async () => {
  const id = await newIncidence();
  const [stranger] = await product.rows<{ id: string }>(
    `insert into people (telegram_id, first_name, role, created_at, seen_at)
     values (500000777, 'Mallory', 'agent', now(), now()) returning id`,
  );
  expect(await team.forge(id, `as:${id}:${stranger?.id}`, ana)).toBe('This person is no longer on the team');
  expect(await team.forge(id, `as:${id}:999999`, ana)).toBe('This person is no longer on the team');
  await quiet(product);
  expect(team.state(id)).toBe(`#${id} · open`);
});
