import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { type ChatPlace, isSamePlace } from '../routes/lane.ts';
import { type Condition, conditionSchema, conditionsText } from '../routes/route.ts';
import * as routeStore from '../routes/route-store.ts';
import * as settingStore from './setting-store.ts';

export const routesKey = 'routes';

/** Every incidence is compared with all of them. */
export const mostRoutes = 500;

const place = z.object({ chatId: z.number(), threadId: z.number().nullable() });
const storedRoutes = z.array(z.object({ place, title: z.string(), conditions: z.array(conditionSchema) }));

/** A route without its number: equal for two that do the same. */
type RouteContent = Pick<routeStore.NewRoute, 'place' | 'title' | 'conditions'>;

export type AddOutcome =
  | Readonly<{ kind: 'added'; changeId: number }>
  | Readonly<{ kind: 'known' }>
  | Readonly<{ kind: 'full' }>;

export async function addRoute(db: Db, route: routeStore.NewRoute, now: Date): Promise<AddOutcome> {
  return transact(db, async (trx) => {
    const known = await lockAll(trx);
    if (known.some((other) => isSameRoute(other, route))) return { kind: 'known' };
    if (known.length >= mostRoutes) return { kind: 'full' };
    await routeStore.insert(trx, route, now);
    const changeId = await record(trx, { removed: [], added: [contentOf(route)], by: route.createdBy }, now);
    return { kind: 'added', changeId };
  });
}

export type Removal = Readonly<{ changeId: number; removed: readonly routeStore.ListedRoute[] }>;

/** Removes those that `isMeant`; undefined where there is none. */
export async function removeRoutes(
  db: Db,
  isMeant: (route: routeStore.ListedRoute) => boolean,
  by: number,
  now: Date,
): Promise<Removal | undefined> {
  return transact(db, async (trx) => {
    const removed = (await lockAll(trx)).filter(isMeant);
    if (removed.length === 0) return undefined;
    await routeStore.removeAll(
      trx,
      removed.map(({ id }) => id),
    );
    return { removed, changeId: await record(trx, { removed: removed.map(contentOf), added: [], by }, now) };
  });
}

/** Goes back to what was before a change, unless what that change made is no longer so: then undefined. */
export async function undoRoutes(
  db: Db,
  change: Readonly<{ before: unknown; after: unknown }>,
  by: number,
  now: Date,
): Promise<Readonly<{ change: string; changeId: number }> | undefined> {
  const [before, after] = [storedRoutes.safeParse(change.before).data, storedRoutes.safeParse(change.after).data];
  if (!before || !after) return undefined;
  return transact(db, async (trx) => {
    const known = await lockAll(trx);
    const find = (route: RouteContent) => known.find((other) => isSameRoute(other, route));
    const made = after.flatMap((route) => find(route) ?? []);
    if (made.length < after.length || before.some(find)) return undefined;
    if (known.length + before.length - made.length > mostRoutes) return undefined;
    await routeStore.removeAll(
      trx,
      made.map(({ id }) => id),
    );
    for (const route of before) await routeStore.insert(trx, { ...route, createdBy: by }, now);
    const undone = { removed: after, added: before, by };
    return { change: changeText(undone), changeId: await record(trx, undone, now) };
  });
}

/** All routes, which nobody else changes until the transaction ends. */
async function lockAll(trx: Trx): Promise<routeStore.ListedRoute[]> {
  await settingStore.lock(trx, routesKey);
  return routeStore.findAll(trx);
}

type RouteChange = Readonly<{ removed: readonly RouteContent[]; added: readonly RouteContent[]; by: number }>;

function record(trx: Trx, change: RouteChange, now: Date): Promise<number> {
  const { removed, added, by } = change;
  const facts = { key: routesKey, change: changeText(change), before: removed, after: added, by };
  return settingStore.record(trx, facts, now);
}

function changeText({ removed, added }: RouteChange): string {
  const named = (routes: readonly RouteContent[]) =>
    routes.map(({ conditions, title }) => `${conditionsText(conditions)} → ${title}`).join('; ');
  return [removed.length > 0 && `removed ${named(removed)}`, added.length > 0 && `added ${named(added)}`]
    .filter(Boolean)
    .join(', ');
}

function contentOf({ place, title, conditions }: RouteContent): RouteContent {
  return { place, title, conditions };
}

function isSameRoute(
  one: Readonly<{ place: ChatPlace; conditions: readonly Condition[] }>,
  other: Readonly<{ place: ChatPlace; conditions: readonly Condition[] }>,
): boolean {
  return isSamePlace(one.place, other.place) && isDeepStrictEqual(one.conditions, other.conditions);
}
