import * as acts from './acts.ts';
import { createCallbacks, type PressAnswer } from './callbacks.ts';
import { type CallRecord, createCalls } from './calls.ts';
import { createClock } from './clock.ts';
import { createDispatch } from './dispatch.ts';
import { createFaults, type Fault, type FaultKind, type NewFault } from './faults.ts';
import { createFiles } from './files.ts';
import { createFlood, type FloodMode, type Premature } from './flood.ts';
import type { BotUser, Chat, Message, Person, Rights, StoredFile, Topic } from './message.ts';
import { migrateGroup } from './migrate.ts';
import type { Suspect, Upload } from './parameters.ts';
import * as people from './people.ts';
import { type BotCommand, commandsFor, createProfile } from './profile.ts';
import { createBotApiServer } from './server.ts';
import type { Telegram } from './telegram.ts';
import { createUpdates } from './updates.ts';
import { createChanges, describeLastMessages, type WaitOptions, waitUntil } from './watching.ts';
import { createWebhook } from './webhook.ts';
import { addPerson, createWorld, isAdmin, type NewChat } from './world.ts';

export type {
  BotCommand,
  CallRecord,
  Chat,
  Fault,
  FaultKind,
  FloodMode,
  Message,
  NewChat,
  NewFault,
  Person,
  Premature,
  PressAnswer,
  Rights,
  StoredFile,
  Suspect,
  Topic,
  Upload,
  WaitOptions,
};

export type SandboxOptions = {
  token?: string;
  /** A fixed port lets others find the sandbox again after a restart; 0 picks a free one. */
  port?: number;
  /** Loopback only. */
  host?: string;
  username?: string;
  flood?: FloodMode;
  /** Off: the bot sees everything said in groups. */
  privacy?: boolean;
  /** Where message numbers begin; raise it when numbers of an earlier run are still remembered elsewhere. */
  firstMessageId?: number;
};

/** A Telegram of one's own: a Bot API server, the people and chats behind it, and what tests need to watch it. */
export type Sandbox = {
  start(): Promise<void>;
  /** Ends every connection and timer; what was said stays readable, and it can be started again. */
  stop(): Promise<void>;
  /** To be used as Bot API root; known once started, or from the beginning with a fixed port. */
  readonly apiRoot: string;
  readonly token: string;
  readonly bot: BotUser;

  addPerson(person: Omit<Person, 'id'> & { id?: number }): Person;
  /** With the bot in it as an ordinary member. */
  addChat(chat: NewChat): Chat;
  people(): Person[];
  chats(): Chat[];
  /** Oldest first; of one topic when `threadId` is given. */
  messages(chatId: number, threadId?: number): Message[];
  message(chatId: number, messageId: number): Message | undefined;

  join(chatId: number, userId: number): void;
  leave(chatId: number, userId: number): void;
  kick(chatId: number, userId: number): void;
  /** Admin with these rights only; with all of them when none are named. Works for the bot's id too. */
  promote(chatId: number, userId: number, rights?: Partial<Rights>): void;
  demote(chatId: number, userId: number): void;
  /** Takes away, or gives back, the bot's right to write. */
  muteBot(chatId: number, muted?: boolean): void;
  /** The admin then writes as the group itself. */
  setAnonymous(chatId: number, userId: number, anonymous: boolean): void;
  addBot(chatId: number): void;
  kickBot(chatId: number): void;
  block(userId: number): void;
  unblock(userId: number): void;
  createTopic(chatId: number, name: string, by?: number): Topic;
  /** Thread 1 is General. */
  closeTopic(chatId: number, threadId: number): void;
  reopenTopic(chatId: number, threadId: number): void;
  deleteTopic(chatId: number, threadId: number): void;
  /** A basic group becomes a supergroup. */
  migrate(chatId: number): Chat;

  /** Resolves with the bot's answer, undefined when none came in time; rejects when there is no such button. */
  press(press: people.Press): Promise<PressAnswer | undefined>;
  /** Any callback data, as a forged client could send it. */
  pressData(press: people.PressData): Promise<PressAnswer | undefined>;
  type(typed: people.Typed): Message;
  upload(typed: people.Typed, file: Upload): Message;
  editTyped(chatId: number, messageId: number, text: string): Message;
  react(chatId: number, messageId: number, by: number, emoji: string | undefined): void;
  deleteAsPerson(chatId: number, messageId: number): void;
  /** The command menu this person sees there. */
  commandsFor(chatId: number, userId: number): BotCommand[];

  /** At least the last 10,000. */
  readonly calls: readonly CallRecord[];
  readonly refusals: readonly CallRecord[];
  readonly unknownParameters: readonly Suspect[];
  /** Sends and edits made before a pause told to the bot was over. */
  readonly premature: readonly Premature[];
  /** Updates the bot has not confirmed yet. */
  readonly pendingUpdates: number;
  /** Whether the bot waits for updates by getUpdates. */
  readonly isPolled: boolean;
  /** Webhook deliveries that were not taken. */
  readonly webhookFailures: number;
  forgetCalls(): void;
  waitFor<T>(read: (sandbox: Sandbox) => T | undefined | false, options?: WaitOptions): Promise<T>;
  /** Called after every burst of changes; returns how to stop it. */
  onChange(listener: () => void): () => void;
  file(fileId: string): StoredFile | undefined;
  documentContent(fileId: string): Buffer;

  flood: FloodMode;
  readonly faults: { add(fault: NewFault): Fault; clear(): void; list(): Fault[] };
  readonly clock: {
    now(): number;
    advance(ms: number): void;
    /** Time then passes by `advance` only. */
    freeze(): void;
  };
};

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|::1)$/;
const DEFAULT_TOKEN = '1234567:SANDBOX0bellhop0sandbox0bellhop0sand';
/** Unix seconds from which update numbers count. */
const UPDATE_EPOCH = 1_700_000_000;

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { token = DEFAULT_TOKEN, port = 0, host = '127.0.0.1' } = options;
  if (!LOOPBACK.test(host)) throw new Error(`the sandbox listens on loopback only, not on ${host}`);
  if (!/^[1-9]\d*:[\w-]{20,}$/.test(token)) throw new Error('the token must look like 1234567:AA…');
  const bot = { id: Number(token.split(':')[0]), username: options.username ?? 'bellhop_bot', first_name: 'Bellhop' };

  const { changed, onChange } = createChanges();
  const clock = createClock();
  const world = createWorld(bot, clock, options.firstMessageId ?? 1);
  // Numbers go on from the time of day, so that whoever remembers earlier updates takes new ones for new.
  const updates = createUpdates(clock, Math.floor(clock.now() / 1000) - UPDATE_EPOCH, () => {
    webhook.pump();
    changed();
  });
  const callInAnswer = (method: string, values: Record<string, unknown>) => {
    void dispatch(method, async () => ({ values, uploads: new Map() }), new AbortController().signal);
  };
  const webhook = createWebhook(clock, updates, callInAnswer, changed);
  const flood = createFlood(clock);
  flood.setMode(options.flood ?? 'off');
  const calls = createCalls();
  const faults = createFaults(clock, changed);
  const files = createFiles(clock.now().toString(36));
  const callbacks = createCallbacks(clock, String(clock.now()));
  const profile = createProfile();
  const telegram: Telegram = {
    world,
    updates,
    webhook,
    flood,
    callbacks,
    files,
    profile,
    privacy: options.privacy ?? true,
  };
  const dispatch = createDispatch(telegram, faults, calls, changed);
  const server = createBotApiServer({ token, host, port, dispatch, files });

  /** Binds an act to this Telegram, telling listeners afterwards. */
  const act =
    <Arguments extends unknown[], Result>(doIt: (telegram: Telegram, ...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      const result = doIt(telegram, ...given);
      changed();
      return result;
    };
  const chatOf = (id: number) => people.requireChat(world, id);
  const setMember = act(acts.setMember);
  const setBlocked = act(acts.setBlocked);
  const setTopicClosed = act(acts.setTopicClosed);

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
    addChat: act((_, chat) => acts.openChat(telegram, chat)),
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
    promote: act(acts.promote),
    demote: (chatId, userId) => setMember(chatId, userId, { status: 'member' }),
    muteBot: (chatId, muted = true) =>
      setMember(chatId, bot.id, muted ? { status: 'restricted', canSend: false } : { status: 'member' }),
    setAnonymous: act(acts.setAnonymous),
    addBot: (chatId) => setMember(chatId, bot.id, { status: 'member' }),
    kickBot: (chatId) => setMember(chatId, bot.id, { status: 'kicked' }),
    block: (userId) => setBlocked(userId, true),
    unblock: (userId) => setBlocked(userId, false),
    createTopic: act(acts.createTopic),
    closeTopic: (chatId, threadId) => setTopicClosed(chatId, threadId, true),
    reopenTopic: (chatId, threadId) => setTopicClosed(chatId, threadId, false),
    deleteTopic: act(acts.deleteTopic),
    migrate: act((_, chatId: number) => migrateGroup(telegram, chatOf(chatId))),

    press: act(people.press),
    pressData: act(people.pressData),
    type: act(people.type),
    upload: act(people.upload),
    editTyped: act(people.editTyped),
    react: act(people.react),
    deleteAsPerson: act(people.deleteAsPerson),
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
        () => describeLastMessages(world),
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
        // An outage also takes the connections that are waiting for updates.
        if (added.kind === 'outage' && added.method === undefined) server.cut();
        return added;
      },
      clear: () => faults.clear(),
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
