import type { Message } from '../message.ts';

/** Service messages in words, e.g. "Carla created the topic “Urgent”". */
export function serviceText(service: Record<string, unknown>, from: Message['from']): string {
  const who = from.first_name;
  const [kind = '', value] = Object.entries(service)[0] ?? [];
  const field = (name: string): unknown => Reflect.get(Object(value), name);
  switch (kind) {
    case 'new_chat_members':
      return `${names(value)} joined the group`;
    case 'left_chat_member':
      return `${names([value])} left the group`;
    case 'forum_topic_created':
      return `The topic “${text(field('name'))}” was created`;
    case 'forum_topic_edited':
      return `${who} renamed the topic to “${text(field('name'))}”`;
    case 'forum_topic_closed':
      return `${who} closed the topic`;
    case 'forum_topic_reopened':
      return `${who} reopened the topic`;
    case 'general_forum_topic_hidden':
      return `${who} hid General`;
    case 'general_forum_topic_unhidden':
      return `${who} showed General again`;
    case 'pinned_message':
      return `${who} pinned “${text(field('text')).slice(0, 60) || 'a message'}”`;
    case 'migrate_to_chat_id':
    case 'migrate_from_chat_id':
      return 'The group became a supergroup';
    default:
      return kind.replaceAll('_', ' ');
  }
}

function names(users: unknown): string {
  const list: unknown[] = Array.isArray(users) ? users : [];
  return list.map((user) => text(Reflect.get(Object(user), 'first_name'))).join(', ') || 'Somebody';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
