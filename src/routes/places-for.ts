import { type ChatPlace, isSamePlace } from './lane.ts';
import { matches, type Routable, type Route } from './route.ts';

/** Where cards go: to each place with a matching route, and to the default places where none matches. */
export type Routing = Readonly<{ defaults: readonly ChatPlace[]; routes: readonly Route[] }>;

/** Where the cards and documents of an incidence go, as it is now. Each place once. Pure. */
export function placesFor(incidence: Routable, { defaults, routes }: Routing): readonly ChatPlace[] {
  const matching = routes.filter(({ conditions }) => matches(conditions, incidence)).map(({ place }) => place);
  return matching.length > 0 ? distinctPlaces(matching) : defaults;
}

/** Wherever a card may go. Each place once. */
export function allPlaces({ defaults, routes }: Routing): ChatPlace[] {
  return distinctPlaces([...defaults, ...routes.map(({ place }) => place)]);
}

export function distinctPlaces(places: readonly ChatPlace[]): ChatPlace[] {
  return places.filter((place, index) => places.findIndex((other) => isSamePlace(place, other)) === index);
}
