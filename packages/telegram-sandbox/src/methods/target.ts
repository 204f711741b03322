import { badRequest, forbidden } from '../bot-api-error.ts';
import type { Chat, Message, Rights } from '../message.ts';
import { flagOf, integerOf, isObject, objectOf, type Parameters } from '../parameters.ts';
import type { Telegram } from '../telegram.ts';
import { botMember, isAdmin, type World } from '../world.ts';

const GENERAL = 1;

/** The chat a call is about, if the bot may know it. */
export function chatOf({ world }: Telegram, parameters: Parameters, name = 'chat_id'): Chat {
  const id = parameters.values[name];
  const chat = typeof id === 'number' ? world.chats.get(id) : findByUsername(world, String(id));
  if (!chat) {
    if (typeof id === 'number' && world.people.has(id)) throw forbidden("bot can't initiate conversation with a user");
    throw badRequest('chat not found');
  }
  if (chat.migratedTo !== undefined) {
    const parameters = { migrate_to_chat_id: chat.migratedTo };
    throw badRequest('group chat was upgraded to a supergroup chat', parameters);
  }
  const { status } = botMember(world, chat);
  if (chat.type === 'private') return chat;
  if (status === 'kicked') throw forbidden(`bot was kicked from the ${chat.type} chat`);
  if (status === 'left') throw forbidden(`bot is not a member of the ${chat.type} chat`);
  return chat;
}

function findByUsername(world: World, name: string): Chat | undefined {
  if (!name.startsWith('@')) return undefined;
  const wanted = name.slice(1).toLowerCase();
  return [...world.chats.values()].find(
    (chat) => chat.type === 'supergroup' && chat.username?.toLowerCase() === wanted,
  );
}

/** The chat a call writes to. */
export function writableChatOf(telegram: Telegram, parameters: Parameters): Chat {
  const chat = chatOf(telegram, parameters);
  if (chat.type === 'private' && !chat.started) throw forbidden("bot can't initiate conversation with a user");
  if (chat.blocked) throw forbidden('bot was blocked by the user');
  if (botMember(telegram.world, chat).canSend === false) {
    throw badRequest('not enough rights to send text messages to the chat');
  }
  return chat;
}

/** The topic to write in and the message to reply to. */
export function threadAndReplyOf(
  telegram: Telegram,
  chat: Chat,
  parameters: Parameters,
): { threadId?: number; replyTo?: number } {
  const requested = integerOf(parameters, 'message_thread_id') || undefined;
  if (requested !== undefined) checkThread(chat, requested);
  const replied = repliedOf(chat, parameters);
  const threadId = requested ?? replied?.threadId;
  const mayWriteInClosed = hasRight(telegram.world, chat, 'can_manage_topics');
  const isClosed = threadId === undefined ? chat.forum && chat.generalClosed : chat.topics.get(threadId)?.closed;
  if (isClosed && !mayWriteInClosed) throw badRequest('TOPIC_CLOSED');
  return {
    ...(threadId === undefined ? {} : { threadId }),
    ...(replied === undefined ? {} : { replyTo: replied.message_id }),
  };
}

/** General has no thread of its own, and only forums have topics. */
export function checkThread(chat: Chat, threadId: number): void {
  if (threadId === GENERAL || !chat.topics.has(threadId)) throw badRequest('message thread not found');
}

function repliedOf(chat: Chat, parameters: Parameters): Message | undefined {
  const reply = objectOf(parameters, 'reply_parameters');
  const id = reply
    ? Number(reply['message_id'] ?? reply['ephemeral_message_id'] ?? 0)
    : integerOf(parameters, 'reply_to_message_id');
  if (!id) return undefined;
  const message = chat.messages.get(id);
  if (message && typeof reply?.['quote'] === 'string' && !message.text?.includes(reply['quote'])) {
    throw badRequest('QUOTE_TEXT_INVALID');
  }
  // Of an ephemeral message the reply is never left out.
  const mayLeaveOut = parameters.values['ephemeral_message_parameters'] === undefined;
  if (message || (mayLeaveOut && isObject(reply) && reply['allow_sending_without_reply'] === true)) return message;
  throw badRequest('message to be replied not found');
}

export function hasRight(world: World, chat: Chat, right: keyof Rights): boolean {
  const member = botMember(world, chat);
  return member.status === 'creator' || (isAdmin(member) && member.rights?.[right] === true);
}

export function isGroup(chat: Chat): boolean {
  return chat.type !== 'private';
}

export function messageOf(chat: Chat, parameters: Parameters, missing: string): Message {
  const id = integerOf(parameters, 'message_id');
  if (!id) throw badRequest('message identifier is not specified');
  const message = chat.messages.get(id);
  if (!message || message.ephemeralFor !== undefined) throw badRequest(missing);
  return message;
}

export function sendingOptions(parameters: Parameters): { protect?: boolean; silent?: boolean } {
  return {
    ...(flagOf(parameters, 'protect_content') ? { protect: true } : {}),
    ...(flagOf(parameters, 'disable_notification') ? { silent: true } : {}),
  };
}
