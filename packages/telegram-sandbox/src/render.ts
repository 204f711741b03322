import type { Entity } from './entities.ts';
import type { Chat, Member, Message, Person, Sender, StoredFile } from './message.ts';
import { FULL_RIGHTS } from './message.ts';
import { botSender, type World } from './world.ts';

export type Json = Record<string, unknown>;

export function userJson(user: Person | Sender): Json {
  return {
    ...user,
    is_bot: 'is_bot' in user && user.is_bot,
    ...('is_bot' in user && user.is_bot ? {} : { language_code: 'en' }),
  };
}

export function chatJson(world: World, chat: Chat): Json {
  if (chat.type === 'private') {
    const person = world.people.get(chat.id);
    const { first_name, last_name, username } = person ?? { first_name: 'Deleted Account' };
    return {
      id: chat.id,
      first_name,
      ...(last_name ? { last_name } : {}),
      ...(username ? { username } : {}),
      type: 'private',
    };
  }
  return {
    id: chat.id,
    title: chat.title,
    ...(chat.username ? { username: chat.username } : {}),
    type: chat.type,
    ...(chat.forum ? { is_forum: true } : {}),
  };
}

export function memberJson(user: Person | Sender, member: Member): Json {
  const base = { user: userJson(user), status: member.status };
  const is_anonymous = member.anonymous ?? false;
  switch (member.status) {
    case 'creator':
      return { ...base, is_anonymous };
    case 'administrator':
      return { ...base, ...FULL_RIGHTS, ...member.rights, can_be_edited: false, is_anonymous };
    case 'restricted':
      return { ...base, is_member: true, can_send_messages: member.canSend ?? true, until_date: 0 };
    case 'kicked':
      return { ...base, until_date: 0 };
    case 'member':
    case 'left':
      return base;
  }
}

/** A message as Bot API shows it; what it replies to comes along once, without its own reply. */
export function messageJson(world: World, message: Message, nested = false): Json {
  const chat = world.chats.get(message.chatId);
  const json: Json = { message_id: message.ephemeralFor === undefined ? message.message_id : 0 };
  if (message.ephemeralFor !== undefined) {
    json['ephemeral_message_id'] = message.message_id;
    // What a person sends so, the bot receives.
    const isIncoming = message.from.id === message.ephemeralFor;
    const receiver = isIncoming ? botSender(world) : world.people.get(message.ephemeralFor);
    if (receiver) json['receiver_user'] = userJson(receiver);
  }
  json['from'] = userJson(message.from);
  json['chat'] = chat ? chatJson(world, chat) : { id: message.chatId, type: 'supergroup', title: '' };
  json['date'] = message.date;
  const sender = message.senderChatId === undefined ? undefined : world.chats.get(message.senderChatId);
  if (sender) json['sender_chat'] = chatJson(world, sender);
  if (message.threadId !== undefined)
    Object.assign(json, { message_thread_id: message.threadId, is_topic_message: true });
  if (message.edit_date !== undefined) json['edit_date'] = message.edit_date;
  if (message.forwardedFrom) {
    json['forward_origin'] = { type: 'user', sender_user: userJson(message.forwardedFrom), date: message.date };
  }
  // In a topic a message that replies to nothing shows the topic's first message as its reply.
  const repliedTo = chat?.messages.get(message.replyTo ?? message.threadId ?? -1);
  if (repliedTo && repliedTo !== message && !nested) json['reply_to_message'] = messageJson(world, repliedTo, true);
  if (message.media_group_id) json['media_group_id'] = message.media_group_id;
  if (message.protect) json['has_protected_content'] = true;
  addContent(json, message, world);
  return { ...json, ...message.service };
}

function addContent(json: Json, message: Message, world: World): void {
  const isMedia = message.document !== undefined || message.photo !== undefined;
  if (message.text !== undefined) {
    json[isMedia ? 'caption' : 'text'] = message.text;
    if (message.entities?.length) {
      json[isMedia ? 'caption_entities' : 'entities'] = message.entities.map((entity) => entityJson(world, entity));
    }
  }
  if (message.document) json['document'] = documentJson(message.document);
  if (message.photo) json['photo'] = [photoJson(message.photo)];
  if (message.rich) json['rich_message'] = { blocks: [], ...message.rich };
  if (message.linkPreview) json['link_preview_options'] = message.linkPreview;
  if (message.reply_markup?.inline_keyboard) json['reply_markup'] = message.reply_markup;
}

function entityJson(world: World, entity: Entity): Json {
  const { date_flags, user, ...rest } = entity;
  if (user) return { ...rest, user: userJson(world.people.get(user.id) ?? { id: user.id, first_name: '' }) };
  if (entity.type !== 'date_time') return rest;
  return { ...rest, date_time_format: dateFormat(date_flags ?? 0) };
}

/** The flags as Bot API writes them: "r", or a week day, a date and a time in this order. */
function dateFormat(flags: number): string {
  if (flags & 1) return 'r';
  return `${flags & 32 ? 'w' : ''}${flags & 16 ? 'D' : flags & 8 ? 'd' : ''}${flags & 4 ? 'T' : flags & 2 ? 't' : ''}`;
}

function documentJson({ width: _width, height: _height, ...file }: StoredFile): Json {
  return file;
}

function photoJson({ file_id, file_unique_id, file_size, width, height }: StoredFile): Json {
  return { file_id, file_unique_id, file_size, width: width ?? 0, height: height ?? 0 };
}
