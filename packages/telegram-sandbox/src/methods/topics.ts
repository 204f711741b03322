import { badRequest } from '../bot-api-error.ts';
import { codePoints } from '../code-points.ts';
import type { Chat, Topic } from '../message.ts';
import { integerOf, type Parameters, stringOf } from '../parameters.ts';
import type { Method, Telegram } from '../telegram.ts';
import { addTopic, ICON_COLORS } from '../topics.ts';
import { addMessage } from '../timeline.ts';
import { botSender } from '../world.ts';
import { chatOf, hasRight, isGroup } from './target.ts';

const MAX_NAME_LENGTH = 128;

export const createForumTopic: Method = (telegram, parameters) => {
  const chat = managedForum(telegram, parameters, 'not enough rights to create a topic');
  const name = nameOf(parameters) ?? '';
  const iconColor = integerOf(parameters, 'icon_color');
  if (iconColor !== undefined && !ICON_COLORS.includes(iconColor)) throw badRequest('invalid icon color specified');
  telegram.flood.spend('createForumTopic', chat.id, isGroup(chat));
  const wanted = { name, ...(iconColor === undefined ? {} : { iconColor }) };
  const topic = addTopic(telegram.world, chat, wanted, botSender(telegram.world));
  return { message_thread_id: topic.threadId, name: topic.name, icon_color: topic.iconColor };
};

export const editForumTopic: Method = (telegram, parameters) => {
  const { chat, topic } = managedTopic(telegram, parameters);
  const name = nameOf(parameters);
  if (name === topic.name) throw badRequest('TOPIC_NOT_MODIFIED');
  if (name !== undefined) topic.name = name;
  announce(telegram, chat, topic, { forum_topic_edited: { name: topic.name } });
  return true;
};

export const closeForumTopic: Method = (telegram, parameters) => {
  const { chat, topic } = managedTopic(telegram, parameters);
  if (topic.closed) throw badRequest('TOPIC_NOT_MODIFIED');
  topic.closed = true;
  announce(telegram, chat, topic, { forum_topic_closed: {} });
  return true;
};

export const reopenForumTopic: Method = (telegram, parameters) => {
  const { chat, topic } = managedTopic(telegram, parameters);
  if (!topic.closed) throw badRequest('TOPIC_NOT_MODIFIED');
  topic.closed = false;
  announce(telegram, chat, topic, { forum_topic_reopened: {} });
  return true;
};

function announce(telegram: Telegram, chat: Chat, topic: Topic, service: Record<string, unknown>): void {
  addMessage(telegram.world, chat, { from: botSender(telegram.world), threadId: topic.threadId, service });
}

function managedForum(telegram: Telegram, parameters: Parameters, refusal: string): Chat {
  const chat = chatOf(telegram, parameters);
  if (!chat.forum) throw badRequest('the chat is not a forum');
  if (!hasRight(telegram.world, chat, 'can_manage_topics')) throw badRequest(refusal);
  return chat;
}

function managedTopic(telegram: Telegram, parameters: Parameters): { chat: Chat; topic: Topic } {
  const chat = managedForum(telegram, parameters, 'not enough rights to manage topics');
  const topic = chat.topics.get(integerOf(parameters, 'message_thread_id') ?? 0);
  if (!topic) throw badRequest('message thread not found');
  return { chat, topic };
}

function nameOf(parameters: Parameters): string | undefined {
  const name = stringOf(parameters, 'name')?.trim();
  if (name === undefined) return undefined;
  if (name === '') throw badRequest('topic name must be non-empty');
  if (codePoints(name) > MAX_NAME_LENGTH) throw badRequest('TOPIC_TITLE_INVALID');
  return name;
}
