import type { ChatPlace } from './lane.ts';

/** The chats that get everything. A group that became a supergroup is followed to its new id. */
export type Places = Readonly<{
  all: () => readonly ChatPlace[];
  /** Whether the members of this chat are the team. */
  includes: (chatId: number) => boolean;
  /** Whether it is one of them, to the very topic. */
  isHome: (place: ChatPlace) => boolean;
  follow: (chatId: number, newChatId: number) => void;
}>;

/** `moves`: migrations known from earlier runs, old id to new. */
export function createPlaces(configured: readonly ChatPlace[], moves: ReadonlyMap<number, number>): Places {
  const followed = new Map(moves);

  function present(chatId: number): number {
    const next = followed.get(chatId);
    return next === undefined ? chatId : present(next);
  }

  // A basic group has no topics, so its new id needs no thread either.
  const all = () => configured.map((place) => ({ ...place, chatId: present(place.chatId) }));
  return {
    all,
    includes: (chatId) => all().some((place) => place.chatId === chatId),
    isHome: ({ chatId, threadId }) => all().some((place) => place.chatId === chatId && place.threadId === threadId),
    follow: (chatId, newChatId) => {
      if (present(newChatId) !== chatId) followed.set(chatId, newChatId);
    },
  };
}
