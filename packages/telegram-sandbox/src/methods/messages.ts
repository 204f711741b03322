import { badRequest, forbidden } from '../bot-api-error.ts';
import type { Chat, Message } from '../message.ts';
import { integerOf, isObject, listOf, stringOf } from '../parameters.ts';
import type { Method, Telegram } from '../telegram.ts';
import { addMessage, removeMessage } from '../timeline.ts';
import { botSender } from '../world.ts';
import { chatOf, hasRight, messageOf } from './target.ts';
import { messageJson } from '../render.ts';

const DELETABLE_MS = 48 * 60 * 60 * 1000;
const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

export const deleteMessage: Method = (telegram, parameters) => {
  const chat = chatOf(telegram, parameters);
  const message = messageOf(chat, parameters, 'message to delete not found');
  const refusal = whyNotDeletable(telegram, chat, message);
  if (refusal) throw badRequest(refusal);
  removeMessage(telegram.world, message);
  return true;
};

/** Unknown messages are skipped. */
export const deleteMessages: Method = (telegram, parameters) => {
  const chat = chatOf(telegram, parameters);
  const ids = listOf(parameters, 'message_ids') ?? [];
  if (ids.length === 0) throw badRequest('message identifiers are not specified');
  if (ids.length > 100) throw badRequest('too many message identifiers specified');
  const found = ids.flatMap((id) => chat.messages.get(Number(id)) ?? []);
  const refusal = found
    .map((message) => whyNotDeletable(telegram, chat, message))
    .find((reason) => reason !== undefined);
  if (refusal) throw badRequest(refusal);
  for (const message of found) removeMessage(telegram.world, message);
  return true;
};

export const pinChatMessage: Method = (telegram, parameters) => {
  const chat = pinnableChat(telegram, chatOf(telegram, parameters));
  const message = messageOf(chat, parameters, 'message to pin not found');
  if (chat.pinned.includes(message.message_id)) return true;
  chat.pinned.push(message.message_id);
  const service = { pinned_message: messageJson(telegram.world, message, true) };
  addMessage(telegram.world, chat, {
    from: botSender(telegram.world),
    ...(message.threadId === undefined ? {} : { threadId: message.threadId }),
    service,
  });
  return true;
};

export const unpinChatMessage: Method = (telegram, parameters) => {
  const chat = pinnableChat(telegram, chatOf(telegram, parameters));
  const id = integerOf(parameters, 'message_id') ?? chat.pinned.at(-1);
  if (id === undefined || !chat.pinned.includes(id)) throw badRequest('message to unpin not found');
  chat.pinned = chat.pinned.filter((pinned) => pinned !== id);
  return true;
};

export const setMessageReaction: Method = (telegram, parameters) => {
  const chat = chatOf(telegram, parameters);
  const message = messageOf(chat, parameters, 'message to react not found');
  const reactions = listOf(parameters, 'reaction') ?? [];
  if (reactions.length > 1) throw badRequest('REACTIONS_TOO_MANY');
  const emojis = reactions.map((reaction) => {
    if (!isObject(reaction) || reaction['type'] !== 'emoji') throw badRequest('REACTION_INVALID');
    return String(reaction['emoji']);
  });
  const by = telegram.world.bot.id;
  message.reactions = [
    ...message.reactions.filter((other) => other.by !== by),
    ...emojis.map((emoji) => ({ by, emoji })),
  ];
  return true;
};

export const getFile: Method = ({ files }, parameters) => {
  const kept = files.find(stringOf(parameters, 'file_id') ?? '');
  if (!kept) throw badRequest('wrong file_id or the file is temporarily unavailable');
  const { file_id, file_unique_id, file_size } = kept.file;
  if (file_size > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
  return { file_id, file_unique_id, file_size, file_path: kept.path };
};

function whyNotDeletable(telegram: Telegram, chat: Chat, message: Message): string | undefined {
  const { world } = telegram;
  if (message.message_id === message.threadId) return "message can't be deleted";
  const isOwn = message.from.id === world.bot.id;
  const isAllowed = isOwn || chat.type === 'private' || hasRight(world, chat, 'can_delete_messages');
  if (!isAllowed) return "message can't be deleted";
  const isOld = world.clock.now() - message.date * 1000 >= DELETABLE_MS;
  // Admins with the right may delete in groups whenever they like.
  const isBound = chat.type !== 'supergroup' || !hasRight(world, chat, 'can_delete_messages');
  return isOld && isBound ? "message can't be deleted for everyone" : undefined;
}

function pinnableChat({ world }: Telegram, chat: Chat): Chat {
  if (chat.blocked) throw forbidden('bot was blocked by the user');
  if (chat.type === 'private' || hasRight(world, chat, 'can_pin_messages')) return chat;
  throw badRequest('not enough rights to manage pinned messages in the chat');
}
