import type { Db } from '../database/connect.ts';
import { escalationKey } from '../escalation/due.ts';
import { answersKeyPrefix, undoAnswers } from './answer-settings.ts';
import { cardsKey, undoCards } from './card-settings.ts';
import { undoPolicy } from './escalation-settings.ts';
import { quietKeyPrefix, undoQuiet } from './quiet-settings.ts';
import { routesKey, undoRoutes } from './route-settings.ts';
import * as settingStore from './setting-store.ts';
import { severityKey, undoRule } from './severity-settings.ts';

export type Undone = Readonly<{
  about: 'routes' | 'quiet' | 'answers' | 'cards' | 'escalation' | 'severity';
  change: string;
  changeId: number;
}>;

/** Takes a change of the settings back, which can be taken back itself; undefined where something changed it since. */
export async function undoSetting(
  db: Db,
  { changeId, by }: Readonly<{ changeId: number; by: number }>,
  time: Readonly<{ zone: string; now: Date }>,
): Promise<Undone | undefined> {
  const change = await settingStore.findChange(db, changeId);
  if (!change) return undefined;
  const about = aboutOf(change.key);
  const undone = about && (await undo(db, about, change, by, time));
  return about && undone && { about, change: undone.change, changeId: undone.changeId };
}

function aboutOf(key: string): Undone['about'] | undefined {
  if (key.startsWith(quietKeyPrefix)) return 'quiet';
  if (key.startsWith(answersKeyPrefix)) return 'answers';
  return abouts.get(key);
}

const abouts: ReadonlyMap<string, Undone['about']> = new Map([
  [routesKey, 'routes'],
  [cardsKey, 'cards'],
  [escalationKey, 'escalation'],
  [severityKey, 'severity'],
]);

function undo(
  db: Db,
  about: Undone['about'],
  change: settingStore.UndoableChange,
  by: number,
  time: Readonly<{ zone: string; now: Date }>,
): Promise<Omit<Undone, 'about'> | undefined> {
  switch (about) {
    case 'routes':
      return undoRoutes(db, change, by, time.now);
    case 'cards':
      return undoCards(db, change, by, time.now);
    case 'escalation':
      return undoPolicy(db, change, by, time.now);
    case 'severity':
      return undoRule(db, change, by, time.now);
    case 'answers':
      return undoAnswers(db, change, by, time.now);
    case 'quiet':
      return undoQuiet(db, change, by, time);
  }
}
