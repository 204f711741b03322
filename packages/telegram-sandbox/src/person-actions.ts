import { setBlocked } from './membership.ts';
import { type Chat, GROUP_ANONYMOUS_BOT, type Message, type Person, type Sender } from './message.ts';
import { rememberVersion } from './methods/editing.ts';
import type { Upload } from './parameters.ts';
import { chatJson, userJson } from './render.ts';
import { sendMessageUpdate } from './send-update.ts';
import type { Telegram } from './telegram.ts';
import { typedText } from './text.ts';
import { addMessage, removeMessage } from './timeline.ts';
import { isAdmin, isPresent, seconds, type World } from './world.ts';

export type Typed = {
  chatId: number;
  by: number;
  text: string;
  threadId?: number;
  replyTo?: number;
  /** Only they and the bot see it, as of a command with `is_ephemeral`. */
  ephemeral?: boolean;
};

export function requireChat(world: World, id: number): Chat {
  const chat = world.chats.get(id);
  if (!chat) throw new Error(`no chat with id ${id} in the sandbox`);
  return chat;
}

export function requirePerson(world: World, id: number): Person {
  const person = id === GROUP_ANONYMOUS_BOT.id ? GROUP_ANONYMOUS_BOT : world.people.get(id);
  if (!person) throw new Error(`no person with id ${id} in the sandbox`);
  return person;
}

/** A message by a person; commands, links and mentions in it are recognised as Telegram does. */
export function type(telegram: Telegram, { chatId, by, text, threadId, replyTo, ephemeral }: Typed): Message {
  const chat = writableBy(telegram, chatId, by, threadId);
  if (ephemeral && chat.type === 'private') throw new Error('there are no ephemeral messages in a private chat');
  const content = typedText(text);
  if (content.text === '') throw new Error('the text must not be empty');
  const place = threadAndReply(telegram.world, chat, threadId, replyTo);
  return post(telegram, chat, by, { ...content, ...place, ...(ephemeral ? { ephemeralFor: by } : {}) });
}

/** A file by a person. */
export function upload(telegram: Telegram, { chatId, by, text, threadId, replyTo }: Typed, file: Upload): Message {
  const chat = writableBy(telegram, chatId, by, threadId);
  const document = telegram.files.acceptDocument(file);
  const caption = text === '' ? {} : typedText(text);
  return post(telegram, chat, by, { ...caption, document, ...threadAndReply(telegram.world, chat, threadId, replyTo) });
}

/** A picture by a person, as a phone sends it: compressed, without its name. */
export function uploadPhoto(telegram: Telegram, { chatId, by, text, threadId, replyTo }: Typed, file: Upload): Message {
  const chat = writableBy(telegram, chatId, by, threadId);
  const photo = telegram.files.acceptPhoto(file);
  const caption = text === '' ? {} : typedText(text);
  return post(telegram, chat, by, { ...caption, photo, ...threadAndReply(telegram.world, chat, threadId, replyTo) });
}

export function editTyped(telegram: Telegram, chatId: number, messageId: number, text: string): Message {
  const message = requireMessage(telegram.world, chatId, messageId);
  rememberVersion(message);
  Object.assign(message, typedText(text), { edit_date: seconds(telegram.world) });
  sendMessageUpdate(telegram, requireChat(telegram.world, chatId), message, 'edited_message');
  return message;
}

/** The bot gets an update where it is an admin and allows `message_reaction`. */
export function react(
  telegram: Telegram,
  chatId: number,
  messageId: number,
  by: number,
  emoji: string | undefined,
): void {
  const { world, updates } = telegram;
  const message = requireMessage(world, chatId, messageId);
  const mine = message.reactions.filter((reaction) => reaction.by === by);
  message.reactions = message.reactions.filter((reaction) => reaction.by !== by);
  if (emoji) message.reactions.push({ by, emoji });
  const chat = requireChat(world, chatId);
  if (!isAdmin(chat.members.get(world.bot.id))) return;
  updates.add('message_reaction', `chat:${chatId}`, {
    chat: chatJson(world, chat),
    message_id: messageId,
    user: userJson(requirePerson(world, by)),
    date: seconds(world),
    old_reaction: mine.map((reaction) => ({ type: 'emoji', emoji: reaction.emoji })),
    new_reaction: emoji ? [{ type: 'emoji', emoji }] : [],
  });
}

/** Deletes a message. The bot gets no update. */
export function deleteAsPerson(telegram: Telegram, chatId: number, messageId: number): void {
  removeMessage(telegram.world, requireMessage(telegram.world, chatId, messageId));
}

function post(
  telegram: Telegram,
  chat: Chat,
  by: number,
  content: Omit<Parameters<typeof addMessage>[2], 'from'>,
): Message {
  const member = chat.members.get(by);
  const person: Sender = { ...requirePerson(telegram.world, by), is_bot: false };
  const from = member?.anonymous ? GROUP_ANONYMOUS_BOT : person;
  const sender = member?.anonymous ? { senderChatId: chat.id } : {};
  const message = addMessage(telegram.world, chat, { ...content, from, ...sender });
  sendMessageUpdate(telegram, chat, message);
  return message;
}

function writableBy(telegram: Telegram, chatId: number, by: number, threadId: number | undefined): Chat {
  const { world } = telegram;
  const chat = requireChat(world, chatId);
  requirePerson(world, by);
  if (chat.type === 'private') {
    if (by !== chatId) throw new Error('only its owner can write in a private chat');
    chat.started = true;
    setBlocked(telegram, chat, false);
  } else if (!isPresent(chat.members.get(by))) {
    throw new Error(`person ${by} is not a member of chat ${chatId}`);
  }
  if (threadId !== undefined && !chat.topics.has(threadId)) throw new Error(`no topic ${threadId} in chat ${chatId}`);
  const isClosed = threadId === undefined ? chat.generalClosed : chat.topics.get(threadId)?.closed;
  if (isClosed && !isAdmin(chat.members.get(by))) throw new Error(`topic ${threadId ?? 1} in chat ${chatId} is closed`);
  return chat;
}

function threadAndReply(
  world: World,
  chat: Chat,
  threadId: number | undefined,
  replyTo: number | undefined,
): { threadId?: number; replyTo?: number } {
  const replied = replyTo === undefined ? undefined : requireMessage(world, chat.id, replyTo);
  const thread = threadId ?? replied?.threadId;
  return { ...(thread === undefined ? {} : { threadId: thread }), ...(replied ? { replyTo: replied.message_id } : {}) };
}

export function requireMessage(world: World, chatId: number, messageId: number): Message {
  const message = requireChat(world, chatId).messages.get(messageId);
  if (!message) throw new Error(`no message ${messageId} in chat ${chatId}`);
  return message;
}
