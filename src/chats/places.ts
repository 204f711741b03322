import { type ChatPlace, isSamePlace } from '../routes/lane.ts';
import { allPlaces, type Routing } from '../routes/places-for.ts';
import type { Route } from '../routes/route.ts';

/** The chats of the team. A group that became a supergroup is followed to its new id. */
export type Places = Readonly<{
  /** Where cards may go: the default places, then those of routes. Each once. */
  all: () => readonly ChatPlace[];
  /** What gets which card. */
  routing: () => Routing;
  /** Whether the members of this chat are the team. */
  includes: (chatId: number) => boolean;
  /** Whether it is a default place, topic included: a lost one has no substitute. */
  isTeamChat: (place: ChatPlace) => boolean;
  follow: (chatId: number, newChatId: number) => void;
}>;

/** `chosen`: the default places there are now. `moves`: migrations known from earlier runs, old id to new. `routes`: those there are now. */
export function createPlaces(
  chosen: () => readonly ChatPlace[],
  moves: ReadonlyMap<number, number>,
  routes: () => readonly Route[] = () => [],
): Places {
  const followed = new Map(moves);

  function currentId(chatId: number): number {
    const next = followed.get(chatId);
    return next === undefined ? chatId : currentId(next);
  }

  // A basic group has no topics, so its new id needs no thread either.
  const current = (place: ChatPlace) => ({ ...place, chatId: currentId(place.chatId) });
  const defaults = () => chosen().map(current);
  const routed = () => routes().map((route) => ({ ...route, place: current(route.place) }));
  const all = () => allPlaces({ defaults: defaults(), routes: routed() });
  return {
    all,
    routing: () => ({ defaults: defaults(), routes: routed().filter(({ isLost }) => !isLost) }),
    includes: (chatId) => all().some((place) => place.chatId === chatId),
    isTeamChat: (place) => defaults().some((one) => isSamePlace(one, place)),
    follow: (chatId, newChatId) => {
      if (currentId(newChatId) !== chatId) followed.set(chatId, newChatId);
    },
  };
}
