import type { Db } from '../database/connect.ts';
import { cardsKey, undoCards } from './card-settings.ts';
import { quietKeyPrefix, undoQuiet } from './quiet-settings.ts';
import { routesKey, undoRoutes } from './route-settings.ts';
import * as settingStore from './setting-store.ts';

export type Undone = Readonly<{ about: 'routes' | 'quiet' | 'cards'; change: string; changeId: number }>;

/** Takes a change of the settings back, which can be taken back itself; undefined where something changed it since. */
export async function undoSetting(
  db: Db,
  request: Readonly<{ changeId: number; by: number }>,
  time: Readonly<{ zone: string; now: Date }>,
): Promise<Undone | undefined> {
  const change = await settingStore.findChange(db, request.changeId);
  if (change?.key === routesKey) {
    const undone = await undoRoutes(db, change, request.by, time.now);
    return undone && { about: 'routes', ...undone };
  }
  if (change?.key === cardsKey) {
    const undone = await undoCards(db, change, request.by, time.now);
    return undone && { about: 'cards', ...undone };
  }
  if (!change?.key.startsWith(quietKeyPrefix)) return undefined;
  const undone = await undoQuiet(db, change, request.by, time);
  return undone && { about: 'quiet', change: undone.change, changeId: undone.changeId };
}
