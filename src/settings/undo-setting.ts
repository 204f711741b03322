import type { Db } from '../database/connect.ts';
import { escalationKey } from '../escalation/due.ts';
import type { Role } from '../people/person.ts';
import { can } from '../people/rights.ts';
import { answersKeyPrefix, undoAnswers } from './answer-settings.ts';
import { cardsKey, undoCards } from './card-settings.ts';
import { datesKey, undoDateLanguage } from './date-settings.ts';
import { digestKey, undoDigest } from './digest-settings.ts';
import { undoPolicy } from './escalation-settings.ts';
import { quietKeyPrefix, undoQuiet } from './quiet-settings.ts';
import { routesKey, undoRoutes } from './route-settings.ts';
import { peopleKey, undoRole } from './change-role.ts';
import { invitationsKey, withdraw } from './invite.ts';
import * as settingStore from './setting-store.ts';
import { severityKey, undoRule } from './severity-settings.ts';

export type Undone = Readonly<{
  about: About | 'invitations';
  change: string;
  /** Undefined where that cannot be undone itself. */
  changeId: number | undefined;
}>;
type About = 'routes' | 'quiet' | 'answers' | 'cards' | 'escalation' | 'severity' | 'people' | 'digest' | 'dates';

/** `used`, `expired`: of an invitation. */
export type NotUndone = 'not-allowed' | 'used' | 'expired';

/** Who undoes, and what the environment says: TELEGRAM_ADMIN_IDS, DIGEST_AT. */
type Undoer = Readonly<{
  by: number;
  role: Role;
  namedAdmins: readonly number[];
  configuredDigestAt: number | undefined;
}>;
type Time = Readonly<{ zone: string; now: Date }>;

/** Takes a change of the settings back, which can be taken back itself; undefined where something changed it since. */
export async function undoSetting(
  db: Db,
  { changeId, ...undoer }: Undoer & Readonly<{ changeId: number }>,
  time: Time,
): Promise<Undone | NotUndone | undefined> {
  const change = await settingStore.findChange(db, changeId);
  if (change?.key === invitationsKey) {
    const outcome = await withdraw(db, { changeId, ...change }, undoer, time.now);
    return typeof outcome === 'object'
      ? { about: 'invitations', change: outcome.change, changeId: undefined }
      : outcome;
  }
  const about = change && aboutOf(change.key);
  if (!change || !about) return undefined;
  if (about === 'people' && !can(undoer.role, 'manage-people')) return 'not-allowed';
  const undone = await undo(db, about, change, undoer, time);
  return undone && { about, change: undone.change, changeId: undone.changeId };
}

function aboutOf(key: string): About | undefined {
  if (key.startsWith(quietKeyPrefix)) return 'quiet';
  if (key.startsWith(answersKeyPrefix)) return 'answers';
  return abouts.get(key);
}

const abouts: ReadonlyMap<string, About> = new Map([
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
  about: About,
  change: settingStore.UndoableChange,
  undoer: Undoer,
  time: Time,
): Promise<Readonly<{ change: string; changeId: number }> | undefined> {
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
