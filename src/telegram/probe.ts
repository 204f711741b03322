import type { Api } from 'grammy';
import type { ChatPlace } from '../routes/lane.ts';
import { chatOptions } from './message-options.ts';

/** Whether the bot can post in a chat, tested with the one call that leaves nothing behind (sendChatAction). */
export function createProbe(api: Api): (place: ChatPlace) => Promise<boolean> {
  return async (place) => {
    try {
      return await api.sendChatAction(place.chatId, 'typing', chatOptions(place));
    } catch {
      return false;
    }
  };
}
