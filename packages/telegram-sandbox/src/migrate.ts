import type { Chat } from './message.ts';
import { GROUP_ANONYMOUS_BOT } from './message.ts';
import { chatJson } from './render.ts';
import type { Telegram } from './telegram.ts';
import { sendMessageUpdate } from './send-update.ts';
import { addMessage } from './timeline.ts';
import { addChat } from './world.ts';

/** A basic group becomes a supergroup: a new id, new message numbers; the old chat refuses calls and names the new one. */
export function migrateGroup(telegram: Telegram, chat: Chat): Chat {
  if (chat.type !== 'group') throw new Error('only basic groups migrate');
  const { world } = telegram;
  const next = addChat(world, { type: 'supergroup', title: chat.title ?? '' });
  next.members = new Map(chat.members);
  next.migratedFrom = chat.id;
  const from = GROUP_ANONYMOUS_BOT;
  sendMessageUpdate(telegram, chat, addMessage(world, chat, { from, service: { migrate_to_chat_id: next.id } }));
  sendMessageUpdate(
    telegram,
    next,
    addMessage(world, next, { from, service: { migrate_from_chat_id: chat.id, sender_chat: chatJson(world, next) } }),
  );
  chat.migratedTo = next.id;
  return next;
}
