import * as chatActions from './chat-actions.ts';
import { describeLastMessages, describeLastRefusals, waitUntil } from './changes.ts';
import type { Sandbox, SandboxOptions } from './control.ts';
import { setBlocked } from './membership.ts';
import { migrateGroup } from './migrate.ts';
import { createParts } from './parts.ts';
import * as personActions from './person-actions.ts';
import { press, pressData } from './press.ts';
import { commandsFor } from './profile.ts';
import type { Telegram } from './telegram.ts';
import { addPerson, isAdmin } from './world.ts';

/**
 * A Telegram that is not started yet: add people and chats, then `await sandbox.start()`.
 * Throws when the token is malformed or the host is not loopback.
 */
export function createTelegramSandbox(options: SandboxOptions = {}): Sandbox {
  const { token, telegram, faults, calls, server, changed, onChange } = createParts(options);
  const { world, updates, webhook, flood, callbacks, files, profile } = telegram;
  const { bot, clock } = world;

  /** Binds an action to this Telegram and notifies listeners afterwards. */
  const act =
    <Arguments extends unknown[], Result>(action: (telegram: Telegram, ...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      const result = action(telegram, ...args);
      changed();
      return result;
    };
  const chatOf = (id: number) => personActions.requireChat(world, id);
  const setMember = act(chatActions.setMember);
  const setTopicClosed = act(chatActions.setTopicClosed);

  const sandbox: Sandbox = {
    async start() {
      await server.start();
      webhook.pump();
    },
    async stop() {
      webhook.stop();
      callbacks.abandonAll();
      updates.endPoll('terminated by the end of the sandbox');
      clock.stop();
      await server.stop();
    },
    get apiRoot() {
      return server.address();
    },
    token,
    bot,

    addPerson: act((_, person) => addPerson(world, person)),
    addChat: act((_, chat) => chatActions.openChat(telegram, chat)),
    people: () => [...world.people.values()],
    chats: () => [...world.chats.values()],
    messages(chatId, threadId) {
      const all = [...chatOf(chatId).messages.values()];
      return threadId === undefined ? all : all.filter((message) => message.threadId === threadId);
    },
    message: (chatId, messageId) => chatOf(chatId).messages.get(messageId),

    join: (chatId, userId) => setMember(chatId, userId, { status: 'member' }),
    leave: (chatId, userId) => setMember(chatId, userId, { status: 'left' }),
    kick: (chatId, userId) => setMember(chatId, userId, { status: 'kicked' }),
    promote: act(chatActions.promote),
    demote: (chatId, userId) => setMember(chatId, userId, { status: 'member' }),
    muteBot: (chatId, muted = true) =>
      setMember(chatId, bot.id, muted ? { status: 'restricted', canSend: false } : { status: 'member' }),
    setAnonymous: act(chatActions.setAnonymous),
    addBot: act(chatActions.addBot),
    kickBot: (chatId, by) => setMember(chatId, bot.id, { status: 'kicked' }, by),
    block: act((_, userId: number) => setBlocked(telegram, chatOf(userId), true)),
    unblock: act((_, userId: number) => setBlocked(telegram, chatOf(userId), false)),
    createTopic: act(chatActions.createTopic),
    closeTopic: (chatId, threadId) => setTopicClosed(chatId, threadId, true),
    reopenTopic: (chatId, threadId) => setTopicClosed(chatId, threadId, false),
    deleteTopic: act(chatActions.deleteTopic),
    migrate: act((_, chatId: number) => migrateGroup(telegram, chatOf(chatId))),

    press: act(press),
    pressData: act(pressData),
    type: act(personActions.type),
    upload: act(personActions.upload),
    uploadPhoto: act(personActions.uploadPhoto),
    editTyped: act(personActions.editTyped),
    react: act(personActions.react),
    deleteAsPerson: act(personActions.deleteAsPerson),
    commandsFor(chatId, userId) {
      const chat = chatOf(chatId);
      const inPrivate = chat.type === 'private';
      return commandsFor(profile, { chatId, userId, inPrivate, isAdmin: isAdmin(chat.members.get(userId)) });
    },

    get calls() {
      return calls.all();
    },
    get refusals() {
      return calls.refusals();
    },
    unknownParameters: calls.unknownParameters,
    premature: flood.premature,
    get pendingUpdates() {
      return updates.pending().length;
    },
    get isPolled() {
      return updates.isPolled();
    },
    get webhookFailures() {
      return webhook.failures();
    },
    forgetCalls() {
      calls.clear();
      flood.premature.length = 0;
    },
    waitFor: (read, wait) =>
      waitUntil(
        () => read(sandbox),
        onChange,
        wait ?? {},
        () => `${describeLastMessages(world)}\n${describeLastRefusals(calls.refusals())}`,
      ),
    onChange,
    file: (fileId) => files.find(fileId)?.file,
    documentContent(fileId) {
      const kept = files.find(fileId);
      if (!kept) throw new Error(`no file ${fileId} in the sandbox`);
      return kept.bytes;
    },

    get flood() {
      return flood.mode();
    },
    set flood(mode) {
      flood.setMode(mode);
      changed();
    },
    faults: {
      add(fault) {
        const added = faults.add(fault);
        // An outage also cuts connections that wait for updates.
        if (added.kind === 'outage' && added.method === undefined) server.cut();
        return added;
      },
      clear: () => {
        flood.endPauses();
        faults.clear();
      },
      list: () => faults.list(),
    },
    clock: {
      now: () => clock.now(),
      advance: act((_, ms: number) => clock.advance(ms)),
      freeze: () => clock.freeze(),
    },
  };
  return sandbox;
}
