import type { Context } from 'grammy';
import type { Message } from 'grammy/types';
import type { ChatPlace } from '../routes/lane.ts';
import { cleanLine } from '../sources/clean-text.ts';
import type { Texts } from './texts/texts.ts';

/** What people call the place. Telegram tells a topic's name with the message that began it. */
export function titleOf({ chat, from, msg }: Context, { threadId }: ChatPlace, words: Texts['routes']): string {
  const name = cleanLine(chat?.title ?? '', 100) || words.privateChat(cleanLine(from?.first_name ?? '', 60));
  if (threadId === null) return name;
  const topic = cleanLine(topicName(msg) ?? '', 100);
  return words.topic(name, topic || words.unnamedTopic(threadId));
}

function topicName(message: Message | undefined): string | undefined {
  return message?.reply_to_message?.forum_topic_created?.name;
}
