import { end } from './entities.ts';
import type { Chat, Message } from './message.ts';
import { messageJson } from './render.ts';
import type { Telegram } from './telegram.ts';
import { botMember, isAdmin, isPresent } from './world.ts';

/** Queues a message as an update, if the bot is in the chat and may see the message. */
export function sendMessageUpdate(
  telegram: Telegram,
  chat: Chat,
  message: Message,
  kind: 'message' | 'edited_message' = 'message',
): void {
  if (message.from.id === telegram.world.bot.id || !isVisible(telegram, chat, message)) return;
  telegram.updates.add(kind, `chat:${chat.id}`, messageJson(telegram.world, message));
}

function isVisible({ world, privacy }: Telegram, chat: Chat, message: Message): boolean {
  const member = botMember(world, chat);
  if (!isPresent(member) || chat.blocked) return false;
  if (!privacy || chat.type === 'private' || isAdmin(member) || message.service) return true;
  const repliedTo = chat.messages.get(message.replyTo ?? -1);
  return repliedTo?.from.id === world.bot.id || isAddressed(message, world.bot.username);
}

/** A command to this bot or to no bot in particular, or a mention of it. */
function isAddressed(message: Message, username: string): boolean {
  const name = `@${username.toLowerCase()}`;
  return (message.entities ?? []).some((entity) => {
    const words = (message.text ?? '').slice(entity.offset, end(entity)).toLowerCase();
    if (entity.type === 'mention') return words === name;
    return entity.type === 'bot_command' && (!words.includes('@') || words.endsWith(name));
  });
}
