/**
 * @import { WireMessage } from './protocol.ts'
 * @typedef {{ chatId: number; threadId?: number | undefined }} View A chat, or one topic of it.
 * @typedef {Map<string, WireMessage[]>} MessagesByView Oldest first.
 */

/** @param {View} view */
export function keyOf({ chatId, threadId }) {
  return `${chatId}:${threadId ?? 0}`;
}

/** @param {MessagesByView} views @param {WireMessage} message @returns {boolean} Whether it is new. */
export function putMessage(views, message) {
  const key = keyOf(message);
  const list = views.get(key) ?? [];
  views.set(key, list);
  const last = list.at(-1);
  if (!last || last.id < message.id) {
    list.push(message);
    return true;
  }
  const at = list.findIndex(({ id }) => id >= message.id);
  if (list[at]?.id === message.id) list[at] = message;
  // A message older than all in the list belongs to those that are not fetched yet.
  else if (at > 0) list.splice(at, 0, message);
  return false;
}

/** @param {MessagesByView} views @param {number} chatId @param {Set<number>} ids */
export function forgetMessages(views, chatId, ids) {
  for (const [key, list] of views) {
    if (!key.startsWith(`${chatId}:`)) continue;
    views.set(
      key,
      list.filter(({ id }) => !ids.has(id)),
    );
  }
}
