import { changeMembership } from './membership.ts';
import {
  type Chat,
  FULL_RIGHTS,
  GROUP_ANONYMOUS_BOT,
  type Member,
  type Rights,
  type Sender,
  type Topic,
} from './message.ts';
import { requireChat, requirePerson } from './people.ts';
import type { Telegram } from './telegram.ts';
import { tellBot } from './tell-bot.ts';
import { addTopic } from './topics.ts';
import { addChat, addMessage, botSender, isAdmin, type NewChat } from './world.ts';

/** What the people who run a chat can do to it and to each other, the bot included. */
export function setMember(telegram: Telegram, chatId: number, userId: number, next: Member): void {
  const chat = requireChat(telegram.world, chatId);
  changeMembership(telegram, chat, userId, next, someoneInCharge(telegram, chat, userId));
}

/** Makes someone, or the bot, admin with these rights and no others; all rights unless said. */
export function promote(
  telegram: Telegram,
  chatId: number,
  userId: number,
  rights: Partial<Rights> = FULL_RIGHTS,
): void {
  const none = Object.fromEntries(Object.keys(FULL_RIGHTS).map((right) => [right, false]));
  const given = { ...none, can_manage_chat: true, ...rights } as Rights;
  setMember(telegram, chatId, userId, { status: 'administrator', rights: given });
}

/** An admin who writes in the group's name; not told to the bot, as with Telegram. */
export function setAnonymous({ world }: Telegram, chatId: number, userId: number, anonymous: boolean): void {
  const member = requireChat(world, chatId).members.get(userId);
  if (!member || !isAdmin(member)) throw new Error(`only admins can be anonymous, and ${userId} is none in ${chatId}`);
  member.anonymous = anonymous;
}

export function createTopic(telegram: Telegram, chatId: number, name: string, by?: number): Topic {
  const chat = requireChat(telegram.world, chatId);
  if (!chat.forum) throw new Error(`chat ${chatId} is not a forum`);
  const topic = addTopic(
    telegram.world,
    chat,
    { name },
    by === undefined ? someoneInCharge(telegram, chat) : personAs(telegram, by),
  );
  const first = chat.messages.get(topic.threadId);
  if (first) tellBot(telegram, chat, first);
  return topic;
}

/** General is thread 1 here, as people know it. */
export function setTopicClosed(telegram: Telegram, chatId: number, threadId: number, closed: boolean): void {
  const chat = requireChat(telegram.world, chatId);
  const from = someoneInCharge(telegram, chat);
  if (threadId === 1) {
    chat.generalClosed = closed;
    const service = closed ? { general_forum_topic_hidden: {} } : { general_forum_topic_unhidden: {} };
    tellBot(telegram, chat, addMessage(telegram.world, chat, { from, service }));
    return;
  }
  const topic = chat.topics.get(threadId);
  if (!topic) throw new Error(`no topic ${threadId} in chat ${chatId}`);
  topic.closed = closed;
  const service = closed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} };
  tellBot(telegram, chat, addMessage(telegram.world, chat, { from, threadId, service }));
}

/** The topic and everything in it is gone; the bot is not told. */
export function deleteTopic({ world }: Telegram, chatId: number, threadId: number): void {
  const chat = requireChat(world, chatId);
  if (!chat.topics.delete(threadId)) throw new Error(`no topic ${threadId} in chat ${chatId}`);
  for (const message of chat.messages.values()) {
    if (message.threadId === threadId) chat.messages.delete(message.message_id);
  }
}

function someoneInCharge(telegram: Telegram, chat: Chat, otherwise?: number): Sender {
  const { bot } = telegram.world;
  const admin = [...chat.members].find(([id, member]) => id !== bot.id && isAdmin(member))?.[0];
  const id = admin ?? otherwise ?? [...chat.members.keys()].find((member) => member !== bot.id);
  return id === undefined || id === bot.id ? botSender(telegram.world) : personAs(telegram, id);
}

function personAs({ world }: Telegram, id: number): Sender {
  return { ...requirePerson(world, id), is_bot: false };
}

/** A chat with its topics, if it has any. */
export function openChat(telegram: Telegram, options: NewChat): Chat {
  const { world } = telegram;
  const chat = addChat(world, options);
  for (const topic of options.topics ?? []) {
    addTopic(world, chat, typeof topic === 'string' ? { name: topic } : topic, GROUP_ANONYMOUS_BOT);
  }
  return chat;
}
