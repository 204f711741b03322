import type { AddBot } from './control.ts';
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
import { requireChat, requirePerson, type } from './person-actions.ts';
import type { Telegram } from './telegram.ts';
import { sendMessageUpdate } from './send-update.ts';
import { addTopic } from './topics.ts';
import { addMessage } from './timeline.ts';
import { addChat, botSender, isAdmin, isPresent, type NewChat } from './world.ts';

/** Changes what someone, or the bot, is in a chat. */
export function setMember(telegram: Telegram, chatId: number, userId: number, next: Member, by?: number): void {
  const chat = requireChat(telegram.world, chatId);
  const who = by === undefined ? someoneInCharge(telegram, chat, userId) : memberAs(telegram, chat, by);
  changeMembership(telegram, chat, userId, next, who);
}

/** Somebody adds the bot to a chat, by hand or through a `startgroup` link. */
export function addBot(telegram: Telegram, chatId: number, { by, rights, startGroup }: AddBot = {}): void {
  const { bot } = telegram.world;
  const next: Member = rights ? { status: 'administrator', rights: grantedRights(rights) } : { status: 'member' };
  setMember(telegram, chatId, bot.id, next, by);
  if (startGroup === undefined) return;
  const chat = requireChat(telegram.world, chatId);
  const adder = by ?? someoneInCharge(telegram, chat).id;
  type(telegram, { chatId, by: adder, text: `/start@${bot.username} ${startGroup}` });
}

/** Makes someone, or the bot, an admin with these rights only; with all of them by default. */
export function promote(
  telegram: Telegram,
  chatId: number,
  userId: number,
  rights: Partial<Rights> = FULL_RIGHTS,
): void {
  setMember(telegram, chatId, userId, { status: 'administrator', rights: grantedRights(rights) });
}

function grantedRights(rights: Partial<Rights>): Rights {
  const none = Object.fromEntries(Object.keys(FULL_RIGHTS).map((right) => [right, false]));
  return { ...none, can_manage_chat: true, ...rights } as Rights;
}

/** The admin then writes in the group's name. As in Telegram, the bot gets no update. */
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
  if (first) sendMessageUpdate(telegram, chat, first);
  return topic;
}

/** General is thread 1. */
export function setTopicClosed(telegram: Telegram, chatId: number, threadId: number, closed: boolean): void {
  const chat = requireChat(telegram.world, chatId);
  const from = someoneInCharge(telegram, chat);
  if (threadId === 1) {
    chat.generalClosed = closed;
    const service = closed ? { general_forum_topic_hidden: {} } : { general_forum_topic_unhidden: {} };
    sendMessageUpdate(telegram, chat, addMessage(telegram.world, chat, { from, service }));
    return;
  }
  const topic = chat.topics.get(threadId);
  if (!topic) throw new Error(`no topic ${threadId} in chat ${chatId}`);
  topic.closed = closed;
  const service = closed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} };
  sendMessageUpdate(telegram, chat, addMessage(telegram.world, chat, { from, threadId, service }));
}

/** Deletes the topic with its messages. The bot gets no update. */
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

/** An anonymous admin acts in the group's name here too. */
function memberAs(telegram: Telegram, chat: Chat, id: number): Sender {
  const member = chat.members.get(id);
  if (!isPresent(member)) throw new Error(`person ${id} is not a member of chat ${chat.id}`);
  return member?.anonymous ? GROUP_ANONYMOUS_BOT : personAs(telegram, id);
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
