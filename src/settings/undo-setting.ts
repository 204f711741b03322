import type { Db } from '../database/connect.ts';
import { escalationKey } from '../escalation/due.ts';
import { answersKeyPrefix, undoAnswers } from './answer-settings.ts';
import { cardsKey, undoCards } from './card-settings.ts';
import { datesKey, undoDateLanguage } from './date-settings.ts';
import { digestKey, undoDigest } from './digest-settings.ts';
import { undoPolicy } from './escalation-settings.ts';
import { quietKeyPrefix, undoQuiet } from './quiet-settings.ts';
import { routesKey, undoRoutes } from './route-settings.ts';
import { peopleKey, undoRole } from './change-role.ts';
import * as settingStore from './setting-store.ts';
import { severityKey, undoRule } from './severity-settings.ts';

export type Undone = Readonly<{
  about: 'routes' | 'quiet' | 'answers' | 'cards' | 'escalation' | 'severity' | 'people' | 'digest' | 'dates';
  change: string;
  changeId: number;
}>;

/** Who undoes, and what the environment says: TELEGRAM_ADMIN_IDS, DIGEST_AT. `mayManagePeople`: roles as well. */
type Undoer = Readonly<{
  by: number;
  mayManagePeople: boolean;
  namedAdmins: readonly number[];
  configuredDigestAt: number | undefined;
}>;
type Time = Readonly<{ zone: string; now: Date }>;

/** Takes a change of the settings back, which can be taken back itself; undefined where something changed it since. */
export async function undoSetting(
  db: Db,
  { changeId, ...undoer }: Undoer & Readonly<{ changeId: number }>,
  time: Time,
): Promise<Undone | 'not-allowed' | undefined> {
  const change = await settingStore.findChange(db, changeId);
  const about = change && aboutOf(change.key);
  if (!change || !about) return undefined;
  if (about === 'people' && !undoer.mayManagePeople) return 'not-allowed';
  const undone = await undo(db, about, change, undoer, time);
  return undone && { about, change: undone.change, changeId: undone.changeId };
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
  [peopleKey, 'people'],
  [digestKey, 'digest'],
  [datesKey, 'dates'],
]);

function undo(
  db: Db,
  about: Undone['about'],
  change: settingStore.UndoableChange,
  undoer: Undoer,
  time: Time,
): Promise<Omit<Undone, 'about'> | undefined> {
  const { by } = undoer;
  switch (about) {
    case 'digest':
      return undoDigest(db, change, { by, configured: undoer.configuredDigestAt }, time.now);
    case 'dates':
      return undoDateLanguage(db, change, by, time.now);
    case 'people':
      return undoRole(db, change, undoer, time.now);
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
