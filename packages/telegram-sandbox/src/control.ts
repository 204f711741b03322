import type { PressAnswer } from './callbacks.ts';
import type { CallRecord } from './calls.ts';
import type { Fault, NewFault } from './faults.ts';
import type { FloodMode, Premature } from './flood.ts';
import type { BotUser, Chat, Message, Person, Rights, StoredFile, Topic } from './message.ts';
import type { Suspect, Upload } from './parameters.ts';
import type { Typed } from './people.ts';
import type { Press, PressData } from './press.ts';
import type { BotCommand } from './profile.ts';
import type { WaitOptions } from './watching.ts';
import type { NewChat } from './world.ts';

export type SandboxOptions = {
  token?: string;
  /** A fixed port lets others find the sandbox again after a restart; 0 picks a free one. */
  port?: number;
  /** Loopback only. */
  host?: string;
  /** The bot's username, `sandbox_bot` by default. */
  username?: string;
  /** The bot's first name, `Test bot` by default. */
  name?: string;
  flood?: FloodMode;
  /** Off: the bot sees everything said in groups. */
  privacy?: boolean;
  /** Where message numbers begin; raise it when numbers of an earlier run are still remembered elsewhere. */
  firstMessageId?: number;
  /** How many messages are remembered, 10,000 unless said otherwise; older ones can no longer be edited or pressed. */
  keptMessages?: number;
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
  press(press: Press): Promise<PressAnswer | undefined>;
  /** Any callback data, as a forged client could send it. */
  pressData(press: PressData): Promise<PressAnswer | undefined>;
  type(typed: Typed): Message;
  upload(typed: Typed, file: Upload): Message;
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
  readonly faults: {
    add(fault: NewFault): Fault;
    /** Ends the pauses told by retry-after too. */
    clear(): void;
    list(): Fault[];
  };
  readonly clock: {
    now(): number;
    advance(ms: number): void;
    /** Time then passes by `advance` only. */
    freeze(): void;
  };
};
