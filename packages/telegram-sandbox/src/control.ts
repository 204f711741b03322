import type { PressAnswer } from './callbacks.ts';
import type { CallRecord } from './calls.ts';
import type { Fault, NewFault } from './faults.ts';
import type { FloodMode, Premature } from './flood.ts';
import type { BotUser, Chat, Message, Person, Rights, StoredFile, Topic } from './message.ts';
import type { Suspect, Upload } from './parameters.ts';
import type { Typed } from './person-actions.ts';
import type { Press, PressData } from './press.ts';
import type { BotCommand } from './profile.ts';
import type { WaitOptions } from './changes.ts';
import type { NewChat } from './world.ts';

/**
 * `rights`: the bot is an admin at once, with these. `startGroup`: the adder opened `https://t.me/<bot>?startgroup=<this>`,
 * for which Telegram also sends `/start@<bot> <this>` in their name.
 */
export type AddBot = { by?: number; rights?: Partial<Rights>; startGroup?: string };

export type SandboxOptions = {
  /** The bot's token, such as `1234567:AAF…`; a fixed one by default. */
  token?: string;
  /** A fixed port keeps the address over a restart; 0, the default, picks a free one. */
  port?: number;
  /** A loopback name or address, `127.0.0.1` by default. */
  host?: string;
  /** The bot's username, `sandbox_bot` by default. */
  username?: string;
  /** The bot's first name, `Test bot` by default. */
  name?: string;
  /** `off` by default. */
  flood?: FloodMode;
  /** On by default. Off: the bot sees every message in its groups. */
  privacy?: boolean;
  /** Where message ids begin, 1 by default; raise it when ids of an earlier run are still stored somewhere. */
  firstMessageId?: number;
  /** How many messages are kept, 10,000 by default; older ones can no longer be edited or pressed. */
  keptMessages?: number;
};

/**
 * A Telegram of your own: a Bot API server, the people and chats behind it, and what tests need to observe the bot.
 * What a person cannot do in Telegram throws an `Error` with the reason, and so does an unknown chat, person or message.
 */
export type Sandbox = {
  /** Listens for calls. Rejects when the port is taken. */
  start(): Promise<void>;
  /** Ends every connection and timer. The world stays readable, and the sandbox can be started again. */
  stop(): Promise<void>;
  /** The Bot API root, such as `http://127.0.0.1:8081`. Throws before the first start, unless the port is fixed. */
  readonly apiRoot: string;
  readonly token: string;
  readonly bot: BotUser;

  addPerson(person: Omit<Person, 'id'> & { id?: number }): Person;
  /** The bot is in it as an ordinary member. */
  addChat(chat: NewChat): Chat;
  people(): Person[];
  chats(): Chat[];
  /** Oldest first; those of one topic when `threadId` is given. */
  messages(chatId: number, threadId?: number): Message[];
  message(chatId: number, messageId: number): Message | undefined;

  join(chatId: number, userId: number): void;
  leave(chatId: number, userId: number): void;
  kick(chatId: number, userId: number): void;
  /** Makes someone, or the bot, an admin with these rights only; with all rights by default. */
  promote(chatId: number, userId: number, rights?: Partial<Rights>): void;
  /** An admin becomes an ordinary member. */
  demote(chatId: number, userId: number): void;
  /** Takes away, or gives back, the bot's right to write. */
  muteBot(chatId: number, muted?: boolean): void;
  /** The admin then writes as the group itself. */
  setAnonymous(chatId: number, userId: number, anonymous: boolean): void;
  /** `by`: the member who does it, by default somebody in charge. */
  addBot(chatId: number, how?: AddBot): void;
  kickBot(chatId: number, by?: number): void;
  /** The person blocks the bot in their private chat. */
  block(userId: number): void;
  unblock(userId: number): void;
  createTopic(chatId: number, name: string, by?: number): Topic;
  /** Thread 1 is General. */
  closeTopic(chatId: number, threadId: number): void;
  reopenTopic(chatId: number, threadId: number): void;
  /** Deletes the topic and its messages. As in Telegram, the bot gets no update. */
  deleteTopic(chatId: number, threadId: number): void;
  /** A basic group becomes a supergroup with another id, which is returned. */
  migrate(chatId: number): Chat;

  /**
   * Presses a button, named by its text or by its row and column. Resolves with the bot's answer, or with undefined
   * when none came within 60 s. Rejects when there is no such button.
   */
  press(press: Press): Promise<PressAnswer | undefined>;
  /** Sends any callback data, as a forged client can. */
  pressData(press: PressData): Promise<PressAnswer | undefined>;
  /** Writes a message as a person. In a private chat this also starts the bot. */
  type(typed: Typed): Message;
  /** Sends a document as a person; `text` is its caption. */
  upload(typed: Typed, file: Upload): Message;
  /** Sends a picture as a person. */
  uploadPhoto(typed: Typed, file: Upload): Message;
  editTyped(chatId: number, messageId: number, text: string): Message;
  /** Sets the person's reaction; undefined removes it. */
  react(chatId: number, messageId: number, by: number, emoji: string | undefined): void;
  /** Deletes a message. As in Telegram, the bot gets no update. */
  deleteAsPerson(chatId: number, messageId: number): void;
  /** The command menu that this person sees in this chat. */
  commandsFor(chatId: number, userId: number): BotCommand[];

  /** The bot's calls, oldest first; at least the last 10,000. */
  readonly calls: readonly CallRecord[];
  /** The calls that were refused. */
  readonly refusals: readonly CallRecord[];
  /** Parameters that Telegram does not know or that have the wrong type. */
  readonly unknownParameters: readonly Suspect[];
  /** Sends and edits made during a pause that the bot knew of from `retry_after`. */
  readonly premature: readonly Premature[];
  /** How many updates the bot has not confirmed yet. */
  readonly pendingUpdates: number;
  /** Whether the bot is waiting in getUpdates. */
  readonly isPolled: boolean;
  /** How many webhook deliveries failed. */
  readonly webhookFailures: number;
  /** Clears `calls`, `refusals`, `unknownParameters` and `premature`. */
  forgetCalls(): void;
  /** Resolves with what `read` returns once that is neither undefined nor false. Rejects after `timeoutMs`. */
  waitFor<T>(read: (sandbox: Sandbox) => T | undefined | false, options?: WaitOptions): Promise<T>;
  /** Calls `listener` after every burst of changes; returns a function that stops that. */
  onChange(listener: () => void): () => void;
  file(fileId: string): StoredFile | undefined;
  /** The file's bytes. Throws when there is no such file. */
  documentContent(fileId: string): Buffer;

  /** Setting it clears all budgets and pauses. */
  flood: FloodMode;
  readonly faults: {
    add(fault: NewFault): Fault;
    /** Ends every fault, and the pauses that 429s have announced. */
    clear(): void;
    list(): Fault[];
  };
  readonly clock: {
    /** Milliseconds since 1970. */
    now(): number;
    /** Moves time forward; what becomes due runs before this returns. */
    advance(ms: number): void;
    /** From now on only `advance` moves time. */
    freeze(): void;
  };
};
