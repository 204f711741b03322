import type { Chat, Sender, Topic } from './message.ts';
import { addMessage } from './timeline.ts';
import { type World } from './world.ts';

export const ICON_COLORS = [0x6f_b9_f0, 0xff_d6_7e, 0xcb_86_db, 0x8e_ee_98, 0xff_93_b2, 0xfb_6f_5f];

export type NewTopic = { name: string; threadId?: number; iconColor?: number };

/** A topic begins with the service message that gives it its number. */
export function addTopic(world: World, chat: Chat, { name, threadId, iconColor }: NewTopic, by: Sender): Topic {
  const isFree = threadId !== undefined && threadId > chat.lastMessageId;
  if (isFree) chat.lastMessageId = threadId - 1;
  const id = chat.lastMessageId + 1;
  const icon_color = iconColor ?? ICON_COLORS[0] ?? 0;
  const service = { forum_topic_created: { name, icon_color } };
  const topic = { threadId: id, name, iconColor: icon_color, closed: false };
  chat.topics.set(id, topic);
  addMessage(world, chat, { from: by, threadId: id, service });
  return topic;
}
