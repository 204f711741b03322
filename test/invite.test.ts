import { expect, test, type TestContext } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { alertOf } from './support/world.ts';

const { ana, ben, carla, dmitri } = SEED;

async function startTeam({ onTestFinished }: TestContext, env: Readonly<Record<string, string>> = {}) {
  const clock = createClock('2026-11-26T08:00:00Z');
  const product = await startProduct({ now: clock.now, env });
  onTestFinished(() => product.stop());
  const team = openChat(product);
  const say = async (text: string, by: number, replyTo?: number) => (await team.ask(text, by, replyTo)).text ?? '';
  const alone = async (text: string, by: number) => (await openChat(product, by).ask(text, by)).text ?? '';
  /** The code in the newest link that this person got in private. */
  const codeOf = (by: number) => {
    const texts = openChat(product, by)
      .messages()
      .map(({ text }) => text ?? '');
    return /t\.me\/bellhop_bot\?start=([\w-]{32})$/m.exec(
      texts.findLast((text) => text.includes('?start=')) ?? '',
    )?.[1];
  };
  const invite = async (role: string, by: number) => {
    await alone(`/invite ${role}`, by);
    return codeOf(by) ?? '';
  };
  return { clock, product, team, say, alone, codeOf, invite };
}

test('an admin invites an agent, who is one in private too; the link works once and comes in private', async (context) => {
  const { product, say, alone, codeOf } = await startTeam(context);
  expect(await alone('/open', dmitri)).toContain('Only members of the team chat');
  expect(await say('/invite agent', carla)).toBe('I sent you the link in private.');
  const code = codeOf(carla) ?? '';
  expect(JSON.stringify(await product.rows('select * from invitations'))).not.toContain(code);
  expect(await alone(`/start ${code}`, dmitri)).toContain('Welcome to the team, Dmitri. You are an agent');
  expect(await alone('/mine', dmitri)).toContain('nothing is open');
  expect(await alone(`/start ${code}`, ben)).toContain('has been used');
  const list = await say('/team', carla);
  expect(list).toMatch(/Agents[^]*Dmitri Volkov/);
  expect(list).toContain('invited an agent, by Carla');
  expect(list).toContain('Dmitri (500000104) joined as an agent, by an invitation, by Carla');
  expect(product.sandbox.refusals).toEqual([]);
});

test('leads invite agents, admins both, agents nobody', async (context) => {
  const { say, alone, invite } = await startTeam(context);
  expect(await say('/invite agent', ben)).toContain('Only leads and admins');
  expect(await alone(`/start ${await invite('lead', carla)}`, ana)).toContain('You are a lead');
  expect(await alone('/invite lead', ana)).toContain('Leads can invite agents');
  expect(await alone(`/start ${await invite('agent', ana)}`, ben)).toContain('You are an agent');
  for (const text of ['/invite', '/invite boss', '/invite agent ben'])
    expect(await alone(text, carla)).toContain('Whom do you want to invite?');
});

test('a link lasts seven days, lowers nobody and is kept for somebody else by whoever is there already', async (context) => {
  const { clock, say, alone, invite } = await startTeam(context);
  const code = await invite('agent', carla);
  await say('/whoami', ana);
  await say(`/role ${ana} lead`, carla);
  expect(await alone(`/start ${code}`, ana)).toContain('already on the team');
  expect(await alone(`/start ${code}`, carla)).toContain('already on the team');
  clock.move(7 * 86_400 - 1);
  expect(await alone(`/start ${code}`, dmitri)).toContain('Welcome');
  const late = await invite('agent', carla);
  clock.move(7 * 86_400);
  expect(await alone(`/start ${late}`, ben)).toContain('has expired');
});

test('an invitation that nobody used is taken back by the button under its link, for good; one that was used is not', async (context) => {
  const { product, alone, say, invite } = await startTeam(context);
  await say('/whoami', ben);
  await say(`/role ${ben} lead`, carla);
  const code = await invite('agent', ben);
  const inPrivate = openChat(product, ben);
  const link = await inPrivate.waitForText(code);
  expect(await inPrivate.pressUnder(link, 'Undo', ben)).toBe('Undone');
  await inPrivate.waitForText('Undone: invited an agent');
  expect(await alone(`/start ${code}`, dmitri)).toContain('has been used, has expired');
  expect(await say('/team', carla)).toContain('undone: invited an agent, by Ben');

  const used = await invite('lead', carla);
  const own = openChat(product, carla);
  const usedLink = await own.waitForText(used);
  expect(await alone(`/start ${used}`, dmitri)).toContain('You are a lead');
  expect(await own.pressUnder(usedLink, 'Undo', carla)).toContain('somebody joined with this link already');
  expect(await alone('/mine', dmitri)).toContain('nothing is open');
});

test('a lead takes no invitation of a lead back, a second press does nothing, and a link that expired is none any more', async (context) => {
  const { clock, product, alone, say, invite } = await startTeam(context);
  await say('/whoami', ben);
  await say(`/role ${ben} lead`, carla);
  const code = await invite('lead', carla);
  const own = openChat(product, carla);
  const link = await own.waitForText(code);
  const [row] = await product.rows<{ id: number }>('select max(id) as id from setting_changes');
  const data = `su:${row?.id}`;
  const pressed = { chatId: SEED.supportTeam, messageId: (await openChat(product).ask('/help', ben)).message_id, data };
  expect((await product.sandbox.pressData({ ...pressed, by: ben }))?.text).toContain('Only admins');
  expect(await own.pressUnder(link, 'Undo', carla)).toBe('Undone');
  expect((await product.sandbox.pressData({ ...pressed, by: carla }))?.text).toContain('nothing was undone');
  const old = await own.waitForText(await invite('agent', carla));
  clock.move(8 * 86_400);
  expect(await own.pressUnder(old, 'Undo', carla)).toContain('this link has expired');
  expect(await alone(`/start ${code}`, dmitri)).toContain('has been used, has expired');
});

test('two who open the same link at once: one of them joins', async (context) => {
  const { alone, invite } = await startTeam(context);
  const code = await invite('lead', carla);
  const answers = await Promise.all([alone(`/start ${code}`, ben), alone(`/start ${code}`, dmitri)]);
  expect(answers.filter((text) => text.includes('Welcome'))).toHaveLength(1);
});

test('who is removed is refused everywhere, hands over, and comes back by an invitation', async (context) => {
  const { product, team, say, alone, invite } = await startTeam(context);
  await postAlert(product, alertOf(1));
  await team.waitForButton(1, 'Acknowledge');
  await say('/onduty', ben);
  expect(await team.press(1, 'Acknowledge', ben)).toBe('#1 is yours');
  await quiet(product);
  expect(await say(`/remove ${ben}`, ana)).toContain('Only admins');
  expect(await say(`/remove ${ben}`, carla)).toContain('Ben is no longer on the team');
  expect((await team.waitForText('Ben hands over')).text).toContain('#1');
  expect(await say('/open', ben)).toContain('You were removed from this team');
  await quiet(product);
  expect(await team.press(1, 'Release', ben)).toContain('You were removed from this team');
  expect(await say('/team', carla)).not.toMatch(/^Ben/m);
  expect(await say(`/remove ${ben}`, carla)).toContain('was not on the team');
  expect(await alone(`/start ${await invite('agent', carla)}`, ben)).toContain('Welcome to the team, Ben');
  expect(await say('/open', ben)).toContain('Open: 1');
  for (const text of ['/remove', '/remove Ben', `/remove ${ben} ${ana}`])
    expect(await say(text, carla)).toContain("Send the person's ID");
  expect(await say(`/remove ${dmitri}`, carla)).toContain("I don't know anybody");
});

test('the last admin stays; those of the settings are not changed here; another admin can go', async (context) => {
  const { product, say } = await startTeam(context, { TELEGRAM_ADMIN_IDS: '' });
  await say('/whoami', ben);
  await product.rows(`insert into people (telegram_id, first_name, last_name, username, role, created_at, seen_at)
    values (${carla}, 'Carla', 'Meyer', 'carla_admin', 'admin', now(), now())`);
  for (const text of [`/role ${carla} lead`, `/remove ${carla}`])
    expect(await say(text, carla)).toContain('Carla is the last admin');
  const words = openChat(product).typed('hello', ben);
  expect(await say('/role admin', carla, words.message_id)).toContain('Ben is now an admin');
  const both = await Promise.all([say(`/role ${ben} agent`, carla), say(`/role ${carla} agent`, ben)]);
  expect(both.filter((text) => text.includes('is now an agent'))).toHaveLength(1);
  expect(await product.rows("select 1 from people where role = 'admin'")).toHaveLength(1);
});
