import type { Message } from 'telegram-sandbox';
import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { createChapter } from './support/screens.ts';
import { waitUntil } from './support/wait.ts';
import { startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const { ana, ben, carla, dmitri, supportTeam, forum, topics } = SEED;
const lena = 500_000_105;

test('a set-up: from a token alone to a team with a lead, two agents, two groups and topics', async (context) => {
  const clock = createClock('2026-11-26T08:00:00Z');
  const world = await startWorld(context);
  const { sandbox } = world;
  for (const chatId of [supportTeam, forum]) sandbox.kickBot(chatId);
  sandbox.addPerson({ id: lena, first_name: 'Lena', last_name: 'Vogt', username: 'lena_lead' });
  sandbox.addChat({ id: lena, type: 'private', started: true });
  const printed: string[] = [];
  const product = await startProduct({
    ...world,
    now: clock.now,
    env: { TELEGRAM_CHAT_ID: '', TELEGRAM_ADMIN_IDS: '' },
    print: (line) => printed.push(line),
  });
  context.onTestFinished(() => product.stop());
  const chapter = createChapter('set-up');
  const people: Readonly<Record<number, string>> = {
    [ana]: 'Ana',
    [ben]: 'Ben',
    [carla]: 'Carla',
    [dmitri]: 'Dmitri',
    [lena]: 'Lena',
  };
  const nameOf = (id: number) => people[id] ?? '';
  // Codes are others at every run.
  const hidden = (text: string | undefined) => text?.replaceAll(/(start[= ])[\w-]{32}/g, '$1…') ?? '';
  const saw = (message: Message | undefined) => chapter.saw(message && { ...message, text: hidden(message.text) });
  const chat = (chatId: number, threadId?: number) => openChat(product, chatId, threadId);
  const say = async (text: string, by: number, where = chat(by), replyTo?: number) => {
    const answer = await where.ask(text, by, replyTo);
    chapter.typed(nameOf(by), hidden(text));
    saw(answer);
    return answer;
  };
  const press = async (message: Message, button: string, by: number, where: ReturnType<typeof chat>) =>
    chapter.pressed(nameOf(by), button, await where.pressUnder(message, button, by));
  const newest = (chatId: number, words: string) =>
    sandbox.waitFor(() => sandbox.messages(chatId).findLast(({ text }) => text?.includes(words)), { what: words });
  const linkFor = async (by: number) =>
    /start=([\w-]{32})/.exec((await newest(by, '?start=')).text ?? '')?.[1] ?? 'no link';
  const alert = (conversation: number, severity: string, message: string) =>
    postAlert(product, { severity, reason: 'TEST', conversation_id: conversation, customer_name: 'Jane Doe', message });

  chapter.heading('The first start');
  const line = await waitUntil(async () => printed[0] ?? false);
  chapter.tell(`The terminal says: \`${hidden(line)}\` An alert comes before anybody opened it, and waits.`);
  await alert(1, 'high', 'Where is my refund?');
  await say(`/start ${/start=([\w-]+)/.exec(line)?.[1]}`, carla);
  chapter.tell('Carla presses the button and chooses the group “Support team”. There the bot says:');
  sandbox.addBot(supportTeam, { by: carla, startGroup: 'setup' });
  const screen = await newest(supportTeam, 'Setup: Support team');
  saw(screen);
  chapter.picture('pairing', "The set-up of the team's group, on a phone");
  const team = chat(supportTeam);
  await press(screen, 'Send alerts here', carla, team);
  saw(await newest(supportTeam, 'Conversation ID: #1'));
  saw(await newest(supportTeam, 'Alerts come here.'));

  chapter.heading('People');
  await say('/invite lead', carla, team);
  saw(await newest(carla, '?start='));
  await say(`/start ${await linkFor(carla)}`, lena);
  chapter.tell('Somebody else opens the same link.');
  await say(`/start ${await linkFor(carla)}`, dmitri);
  await say('/invite agent', lena);
  await say(`/start ${await linkFor(lena)}`, ben);
  await say('/mine', ben);
  chapter.tell('Ana was not invited, but she is a member of the group: an agent there and nowhere else.');
  await say('/open', ana, team);
  await say('/open', ana);
  await say('/open', dmitri);
  await say('/team', ana, team);
  chapter.picture('team', "The answer to /team in the admin's private chat");

  chapter.heading('A second group, with topics');
  chapter.tell('Ben, who is no admin, adds the bot.');
  sandbox.addBot(forum, { by: ben });
  saw(await newest(forum, 'customer conversations'));
  const urgent = chat(forum, topics.urgent);
  sandbox.setAnonymous(forum, carla, true);
  chapter.tell('Carla is an anonymous admin there.');
  await say('/setup', carla, urgent);
  sandbox.setAnonymous(forum, carla, false);
  const first = await say('/setup', carla, urgent);
  chapter.tell('She gives the bot the right and presses Check again.');
  sandbox.promote(forum, sandbox.bot.id, { can_manage_topics: true });
  await press(first, 'Check again', carla, urgent);
  const complete = await newest(forum, 'I can manage topics');
  saw(complete);
  await press(complete, 'One topic per severity', carla, urgent);
  saw(await newest(forum, 'Created with their routes'));
  await alert(2, 'critical', 'My card was used by somebody else');
  const card = await newest(forum, 'Conversation ID: #2');
  chapter.tell('A critical alert comes to the topic Critical:');
  saw(card);
  chapter.picture('topic', 'A critical card in the topic Critical, acknowledged by Ana');

  chapter.heading('Routes and settings');
  chapter.tell('Lena, the lead, is in both groups by now.');
  for (const chatId of [supportTeam, forum]) sandbox.join(chatId, lena);
  await say('/route tawk high+', lena, chat(forum, topics.chats));
  await say('/routes', lena, chat(forum, topics.chats));
  chapter.picture('routes', 'The answer to /routes, with a button to remove each');
  const settings = await say('/settings', lena, team);
  const showsIn = (button: string, words: string) =>
    press(settings, button, lena, team).then(() => newest(supportTeam, words));
  saw(await showsIn('Words', 'Words that decide'));
  await press(settings, 'Add…', lena, team);
  const question = await newest(supportTeam, 'reply with a severity');
  saw(question);
  await say('critical gift card', lena, team, question.message_id);
  saw(await showsIn('‹ Back', 'Contacts on cards'));
  saw(await showsIn('Digest', "Yesterday's numbers"));
  await showsIn('09:00', 'Digest at 09:00');
  saw(await newest(supportTeam, 'Digest at 09:00'));
  await showsIn('Undo', 'Undone: digest');
  chapter.picture('settings', 'The answer to /settings, with its buttons');

  chapter.heading('Who leaves');
  await say(`/remove ${carla}`, carla);
  await say(`/remove ${ben}`, carla);
  await say('/open', ben, team);
  await say('/team', carla);
  await quiet(product);
  expect(sandbox.commandsFor(supportTeam, ana).map(({ command }) => command)).not.toContain('setup');
  expect(sandbox.refusals.filter(({ method }) => !/MyCommands/.test(method))).toEqual([]);
  await chapter.finish();
});
