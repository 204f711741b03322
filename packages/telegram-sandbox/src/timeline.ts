import type { Chat, Content, Message, Sender } from './message.ts';
import { seconds, type World } from './world.ts';

export type NewMessage = Content &
  Partial<Omit<Message, 'chatId' | 'message_id' | 'date' | 'edits' | 'reactions' | 'from'>> & { from: Sender };

/** Stores a message under the chat's next number; beyond `keptMessages` the oldest is forgotten. */
export function addMessage(world: World, chat: Chat, message: NewMessage): Message {
  const message_id = nextMessageId(world, chat);
  const stored: Message = {
    ...message,
    chatId: chat.id,
    message_id,
    date: seconds(world),
    edits: [],
    reactions: [],
  };
  chat.messages.set(message_id, stored);
  world.timeline.push(stored);
  forgetOldest(world);
  return stored;
}

/** Thread ids are message ids, so topics take theirs from here too. */
function nextMessageId(world: World, chat: Chat): number {
  if (chat.type === 'supergroup') return ++chat.lastMessageId;
  return ++world.sharedMessageId;
}

export function removeMessage(world: World, message: Message): void {
  const chat = world.chats.get(message.chatId);
  chat?.messages.delete(message.message_id);
  if (chat) chat.pinned = chat.pinned.filter((id) => id !== message.message_id);
}

function forgetOldest(world: World): void {
  while (world.timeline.length - world.oldest > world.keptMessages) {
    const message = world.timeline[world.oldest++];
    if (message) world.chats.get(message.chatId)?.messages.delete(message.message_id);
  }
  if (world.oldest < world.keptMessages) return;
  world.timeline = world.timeline.slice(world.oldest);
  world.oldest = 0;
}
