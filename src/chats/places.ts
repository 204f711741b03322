import type { ChatPlace } from '../routes/lane.ts';

/** The configured chats. A group that became a supergroup is followed to its new id. */
export type Places = Readonly<{
  all: () => readonly ChatPlace[];
  /** Whether the members of this chat are the team. */
  includes: (chatId: number) => boolean;
  /** Whether it is one of them, to the very topic. */
  isTeamChat: (place: ChatPlace) => boolean;
  follow: (chatId: number, newChatId: number) => void;
}>;

/** `moves`: migrations known from earlier runs, old id to new. */
export function createPlaces(configured: readonly ChatPlace[], moves: ReadonlyMap<number, number>): Places {
  const followed = new Map(moves);

  function currentId(chatId: number): number {
    const next = followed.get(chatId);
    return next === undefined ? chatId : currentId(next);
  }

  // A basic group has no topics, so its new id needs no thread either.
  const all = () => configured.map((place) => ({ ...place, chatId: currentId(place.chatId) }));
  return {
    all,
    includes: (chatId) => all().some((place) => place.chatId === chatId),
    isTeamChat: ({ chatId, threadId }) => all().some((place) => place.chatId === chatId && place.threadId === threadId),
    follow: (chatId, newChatId) => {
      if (currentId(newChatId) !== chatId) followed.set(chatId, newChatId);
    },
  };
}
