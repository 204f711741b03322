import { describe, expect, test } from 'vitest';
import { refusal, startSandbox } from './support/start-sandbox.ts';

describe('topics', () => {
  test('General is written to without a thread, others by their id', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const send = (message_thread_id?: number) =>
      call('sendMessage', { chat_id: seed.forum, text: 'x', message_thread_id });
    expect((await send()).result).not.toHaveProperty('message_thread_id');
    expect((await send(seed.topics.urgent)).result).toMatchObject({ message_thread_id: 2, is_topic_message: true });
    expect(await refusal(send(1))).toBe('Bad Request: message thread not found');
    expect(await refusal(send(99))).toBe('Bad Request: message thread not found');
    expect(sandbox.messages(seed.forum, seed.topics.urgent).map((message) => message.text)).toEqual([undefined, 'x']);
  });

  test('closed ones refuse whoever may not manage them', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const send = () => call('sendMessage', { chat_id: seed.forum, text: 'x', message_thread_id: seed.topics.chats });
    sandbox.closeTopic(seed.forum, seed.topics.chats);
    expect(await send()).toMatchObject({ ok: true });
    sandbox.demote(seed.forum, sandbox.bot.id);
    expect(await refusal(send())).toBe('Bad Request: TOPIC_CLOSED');
    sandbox.reopenTopic(seed.forum, seed.topics.chats);
    expect(await send()).toMatchObject({ ok: true });
    sandbox.deleteTopic(seed.forum, seed.topics.chats);
    expect(await refusal(send())).toBe('Bad Request: message thread not found');
  });

  test('a closed General refuses too', async () => {
    const { call, sandbox, seed } = await startSandbox();
    sandbox.demote(seed.forum, sandbox.bot.id);
    sandbox.closeTopic(seed.forum, 1);
    expect(await refusal(call('sendMessage', { chat_id: seed.forum, text: 'x' }))).toBe('Bad Request: TOPIC_CLOSED');
  });

  test('are made by bots with the right, in forums', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const create = (chat_id: number, name = 'New') => call('createForumTopic', { chat_id, name });
    const { result } = await create(seed.forum);
    const { message_thread_id } = result as { message_thread_id: number };
    expect(await call('sendMessage', { chat_id: seed.forum, text: 'x', message_thread_id })).toMatchObject({
      ok: true,
    });
    expect(await refusal(create(seed.forum, 'x'.repeat(129)))).toBe('Bad Request: TOPIC_TITLE_INVALID');
    expect(await refusal(create(seed.supportTeam))).toBe('Bad Request: the chat is not a forum');
    sandbox.demote(seed.forum, sandbox.bot.id);
    expect(await refusal(create(seed.forum))).toBe('Bad Request: not enough rights to create a topic');
  });
});

describe('chats that refuse', () => {
  test('the kicked, the muted and the unknown bot', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const send = (chat_id: number) => refusal(call('sendMessage', { chat_id, text: 'x' }));
    sandbox.muteBot(seed.supportTeam);
    expect(await send(seed.supportTeam)).toBe('Bad Request: not enough rights to send text messages to the chat');
    sandbox.kickBot(seed.supportTeam);
    expect(await send(seed.supportTeam)).toBe('Forbidden: bot was kicked from the supergroup chat');
    sandbox.leave(seed.forum, sandbox.bot.id);
    expect(await send(seed.forum)).toBe('Forbidden: bot is not a member of the supergroup chat');
    expect(await send(seed.dmitri)).toBe("Forbidden: bot can't initiate conversation with a user");
    sandbox.block(seed.ana);
    expect(await send(seed.ana)).toBe('Forbidden: bot was blocked by the user');
    sandbox.type({ chatId: seed.dmitri, by: seed.dmitri, text: '/start' });
    expect(await call('sendMessage', { chat_id: seed.dmitri, text: 'x' })).toMatchObject({ ok: true });
  });

  test('a migrated group says where it went, and its message numbers are void', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const group = sandbox.addChat({ type: 'group', title: 'Old', owner: seed.carla });
    const { result } = await call('sendMessage', { chat_id: group.id, text: 'x' });
    const moved = sandbox.migrate(group.id);
    expect(await call('sendMessage', { chat_id: group.id, text: 'x' })).toMatchObject({
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: moved.id },
    });
    const { message_id } = result as { message_id: number };
    const edit = call('editMessageText', { chat_id: moved.id, message_id: message_id + 1, text: 'y' });
    expect(await refusal(edit)).toBe('Bad Request: message to edit not found');
    const { result: updates } = await call('getUpdates');
    expect(updates).toMatchObject([
      { message: { migrate_to_chat_id: moved.id } },
      { message: { migrate_from_chat_id: group.id } },
    ]);
  });
});

describe('people and rights', () => {
  test('are announced as in Telegram', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const member = async (user_id: number) =>
      (await call('getChatMember', { chat_id: seed.supportTeam, user_id })).result;
    expect(await member(seed.carla)).toMatchObject({ status: 'creator', user: { first_name: 'Carla' } });
    expect(await member(seed.ana)).toMatchObject({ status: 'member' });
    expect(await member(seed.dmitri)).toMatchObject({ status: 'left' });
    sandbox.promote(seed.supportTeam, seed.ben, { can_pin_messages: true });
    expect(await member(seed.ben)).toMatchObject({
      status: 'administrator',
      can_pin_messages: true,
      can_manage_topics: false,
    });
    expect(await refusal(call('getChatMember', { chat_id: seed.supportTeam, user_id: 1 }))).toBe(
      'Bad Request: user not found',
    );
    const { result } = await call('getChatAdministrators', { chat_id: seed.supportTeam });
    expect(result).toMatchObject([{ status: 'administrator' }, { status: 'creator' }]);
    expect((await call('getChatMemberCount', { chat_id: seed.supportTeam })).result).toBe(4);
  });

  test('an anonymous admin writes as the group', async () => {
    const { call, sandbox, seed } = await startSandbox();
    sandbox.setAnonymous(seed.supportTeam, seed.carla, true);
    sandbox.type({ chatId: seed.supportTeam, by: seed.carla, text: '/open' });
    expect((await call('getUpdates')).result).toMatchObject([
      {
        message: { from: { id: 1_087_968_824, username: 'GroupAnonymousBot' }, sender_chat: { id: seed.supportTeam } },
      },
    ]);
  });

  test('strangers cannot write in a group', async () => {
    const { sandbox, seed } = await startSandbox();
    const write = () => sandbox.type({ chatId: seed.supportTeam, by: seed.dmitri, text: 'x' });
    expect(write).toThrow('not a member');
    sandbox.join(seed.supportTeam, seed.dmitri);
    expect(write()).toMatchObject({ text: 'x' });
  });

  test('see the narrowest command menu there is', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const set = (command: string, scope?: object) =>
      call('setMyCommands', { commands: [{ command, description: 'd' }], ...(scope ? { scope } : {}) });
    await set('help');
    await set('open', { type: 'all_group_chats' });
    await set('team', { type: 'chat_administrators', chat_id: seed.supportTeam });
    expect(sandbox.commandsFor(seed.ana, seed.ana)).toMatchObject([{ command: 'help' }]);
    expect(sandbox.commandsFor(seed.supportTeam, seed.ana)).toMatchObject([{ command: 'open' }]);
    expect(sandbox.commandsFor(seed.supportTeam, seed.carla)).toMatchObject([{ command: 'team' }]);
    await set('role', { type: 'chat_member', chat_id: seed.supportTeam, user_id: seed.carla });
    expect(sandbox.commandsFor(seed.supportTeam, seed.carla)).toMatchObject([{ command: 'role' }]);
    expect(await refusal(set('Open'))).toBe('Bad Request: BOT_COMMAND_INVALID');
    expect(await refusal(set('open', { type: 'chat', chat_id: -1 }))).toBe('Bad Request: chat not found');
    const stranger = { type: 'chat_member', chat_id: seed.supportTeam, user_id: seed.dmitri };
    expect(await refusal(set('open', stranger))).toBe('Bad Request: PARTICIPANT_ID_INVALID');
  });

  test('a member adds the bot, by hand or through a startgroup link', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const updates = async () => {
      const { result } = await call('getUpdates');
      const found = result as { update_id: number }[];
      await call('getUpdates', { offset: (found.at(-1)?.update_id ?? 0) + 1 });
      return found;
    };
    sandbox.kickBot(seed.supportTeam, seed.carla);
    expect(await updates()).toMatchObject([
      { my_chat_member: { from: { id: seed.carla }, new_chat_member: { status: 'kicked' } } },
    ]);
    const rights = { can_manage_topics: true };
    sandbox.addBot(seed.supportTeam, { by: seed.ana, rights, startGroup: 'setup' });
    expect(await updates()).toMatchObject([
      {
        my_chat_member: {
          from: { id: seed.ana },
          old_chat_member: { status: 'kicked' },
          new_chat_member: { status: 'administrator', can_manage_topics: true, can_pin_messages: false },
        },
      },
      { message: { new_chat_members: [{ is_bot: true }] } },
      { message: { from: { id: seed.ana }, text: `/start@${sandbox.bot.username} setup` } },
    ]);
    sandbox.setAnonymous(seed.forum, seed.carla, true);
    sandbox.kickBot(seed.forum, seed.carla);
    expect(await updates()).toMatchObject([{ my_chat_member: { from: { username: 'GroupAnonymousBot' } } }]);
    expect(() => sandbox.addBot(seed.forum, { by: seed.dmitri })).toThrow('not a member');
  });
});

test('pins, reactions, actions, copies and forwards', async () => {
  const { call, sandbox, seed } = await startSandbox();
  const chat_id = seed.supportTeam;
  await call('sendMessage', { chat_id, text: '<b>x</b>', parse_mode: 'HTML' });
  const pin = () => call('pinChatMessage', { chat_id, message_id: 1 });
  expect(await refusal(pin())).toBe('Bad Request: not enough rights to manage pinned messages in the chat');
  sandbox.promote(chat_id, sandbox.bot.id);
  expect(await pin()).toMatchObject({ ok: true });
  expect((await call('getChat', { chat_id })).result).toMatchObject({ pinned_message: { message_id: 1 } });
  await call('setMessageReaction', { chat_id, message_id: 1, reaction: [{ type: 'emoji', emoji: '👀' }] });
  expect(sandbox.message(chat_id, 1)?.reactions).toEqual([{ by: sandbox.bot.id, emoji: '👀' }]);
  expect(await call('sendChatAction', { chat_id, action: 'typing' })).toMatchObject({ ok: true });
  const copied = await call('copyMessage', { chat_id: seed.ana, from_chat_id: chat_id, message_id: 1 });
  const { message_id } = copied.result as { message_id: number };
  expect(sandbox.message(seed.ana, message_id)).toMatchObject({ text: 'x', entities: [{ type: 'bold' }] });
  const forwarded = await call('forwardMessage', { chat_id: seed.ana, from_chat_id: chat_id, message_id: 1 });
  expect(forwarded.result).toMatchObject({ text: 'x', forward_origin: { type: 'user' } });
});

/** A group, and whether its bot is an admin there. */
async function startWithEphemeral({ isAdmin }: { isAdmin: boolean }) {
  const { call, sandbox, seed } = await startSandbox();
  const chat_id = seed.supportTeam;
  if (isAdmin) sandbox.promote(chat_id, sandbox.bot.id);
  const send = (more: object = {}, receiver_user_id: number = seed.ana) =>
    call('sendMessage', { chat_id, text: 'x', ...more, ephemeral_message_parameters: { receiver_user_id } });
  return { call, sandbox, seed, chat_id, send };
}

test('ephemeral messages have numbers of their own and are for one person', async () => {
  const { call, sandbox, seed, chat_id, send } = await startWithEphemeral({ isAdmin: true });
  const { result } = await send();
  const { ephemeral_message_id } = result as { ephemeral_message_id: number };
  expect(result).toMatchObject({ message_id: 0, receiver_user: { id: seed.ana } });
  const where = { chat_id, ephemeral_message_id, receiver_user_id: seed.ana };
  expect(await call('editEphemeralMessageText', { ...where, text: 'y' })).toMatchObject({ result: true });
  expect(sandbox.messages(chat_id)).toMatchObject([{ text: 'y', ephemeralFor: seed.ana }]);
  expect(await call('deleteEphemeralMessage', where)).toMatchObject({ result: true });
  expect(await refusal(call('deleteEphemeralMessage', where))).toBe('Bad Request: message to delete not found');
  const missing = { reply_parameters: { message_id: 999, allow_sending_without_reply: true } };
  expect(await refusal(send(missing))).toBe('Bad Request: message to be replied not found');
});

test('a bot that is no admin sends an ephemeral message within 15 seconds of a press, to the presser alone', async () => {
  const { call, sandbox, seed, chat_id, send } = await startWithEphemeral({ isAdmin: false });
  const rights = 'Bad Request: not enough rights to send ephemeral messages to the chat';
  expect(await refusal(send())).toBe(rights);
  const reply_markup = { inline_keyboard: [[{ text: 'Press', callback_data: 'x' }]] };
  const { result } = await call('sendMessage', { chat_id, text: 'x', reply_markup });
  const { message_id: messageId } = result as { message_id: number };
  void sandbox.press({ chatId: chat_id, messageId, button: 'Press', by: seed.ana });
  const { result: updates } = await call('getUpdates');
  const [{ callback_query: query }] = updates as [{ callback_query: { id: string } }];
  const answer = (receiver_user_id: number, callback_query_id = query.id) => {
    const ephemeral_message_parameters = { receiver_user_id, callback_query_id };
    return call('sendMessage', { chat_id, text: 'x', ephemeral_message_parameters });
  };
  await call('answerCallbackQuery', { callback_query_id: query.id });
  expect(await answer(seed.ana)).toMatchObject({ ok: true });
  expect(await refusal(answer(seed.ben))).toBe(rights);
  expect(await refusal(answer(seed.ana, 'another'))).toBe(rights);
  sandbox.clock.advance(15_001);
  expect(await refusal(answer(seed.ana))).toBe(rights);
});

test('an ephemeral command is answered within 15 seconds, by an ephemeral message to whoever typed it', async () => {
  const { call, sandbox, seed, chat_id, send } = await startWithEphemeral({ isAdmin: false });
  sandbox.type({ chatId: chat_id, by: seed.ana, text: '/open', ephemeral: true });
  const { result: updates } = await call('getUpdates');
  const [{ message }] = updates as [{ message: { ephemeral_message_id: number } }];
  expect(message).toMatchObject({ message_id: 0, from: { id: seed.ana }, receiver_user: { id: sandbox.bot.id } });
  const reply_parameters = { ephemeral_message_id: message.ephemeral_message_id };
  expect(await send({ reply_parameters })).toMatchObject({ ok: true });
  expect(await refusal(call('sendMessage', { chat_id, text: 'x', reply_parameters }))).toBe(
    'Bad Request: a reply to an ephemeral message must be an ephemeral message',
  );
  const notTheirs = 'Bad Request: message to be replied not found';
  expect(await refusal(send({ reply_parameters }, seed.ben))).toBe(notTheirs);
  sandbox.clock.advance(16_000);
  expect(await refusal(send({ reply_parameters }))).toBe(notTheirs);
});
