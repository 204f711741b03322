import type { Chat, Member, Person, Sender } from './message.ts';
import { chatJson, memberJson, userJson } from './render.ts';
import type { Telegram } from './telegram.ts';
import { sendMessageUpdate } from './send-update.ts';
import { addMessage } from './timeline.ts';
import { botSender, isAdmin, isPresent, seconds } from './world.ts';

/** Changes a membership. The bot gets `my_chat_member` for itself and, as an admin, `chat_member` for others. */
export function changeMembership(telegram: Telegram, chat: Chat, userId: number, next: Member, by: Sender): void {
  const { world, updates } = telegram;
  const isBot = userId === world.bot.id;
  const user = isBot ? botSender(world) : world.people.get(userId);
  if (!user) throw new Error(`no person with id ${userId} in the sandbox`);
  const before = chat.members.get(userId) ?? { status: 'left' };
  const botWasAdmin = isAdmin(chat.members.get(world.bot.id));
  chat.members.set(userId, next);

  const change = {
    chat: chatJson(world, chat),
    from: userJson(by),
    date: seconds(world),
    old_chat_member: memberJson(user, before),
    new_chat_member: memberJson(user, next),
  };
  if (isBot) updates.add('my_chat_member', `member:${chat.id}`, change);
  else if (botWasAdmin) updates.add('chat_member', `member:${chat.id}`, change);
  if (chat.type !== 'private') announce(telegram, chat, user, before, next, by);
}

/** Joining and leaving also show in the chat. */
function announce(
  telegram: Telegram,
  chat: Chat,
  user: Person | Sender,
  before: Member,
  next: Member,
  by: Sender,
): void {
  if (isPresent(before) === isPresent(next)) return;
  const service = isPresent(next) ? { new_chat_members: [userJson(user)] } : { left_chat_member: userJson(user) };
  sendMessageUpdate(telegram, chat, addMessage(telegram.world, chat, { from: by, service }));
}

/** In a private chat blocking the bot is what kicking is in a group. */
export function setBlocked(telegram: Telegram, chat: Chat, blocked: boolean): void {
  const person = telegram.world.people.get(chat.id);
  if (chat.type !== 'private' || !person) throw new Error(`chat ${chat.id} is not private`);
  if (chat.blocked === blocked) return;
  const next: Member = { status: blocked ? 'kicked' : 'member' };
  chat.blocked = blocked;
  changeMembership(telegram, chat, telegram.world.bot.id, next, { ...person, is_bot: false });
}
