import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import type { LastAction } from './undo.ts';

/** What changes the state. Notes and replies add something and take nothing back: they do not count. */
const actions = [
  'acknowledge',
  'release',
  'close',
  'reopen',
  'assign',
  'snooze',
  'severity',
  'tag',
  'take-over',
  'undo',
];

export async function findLast(db: Db, incidenceId: number): Promise<LastAction | undefined> {
  return prepared(db)
    .selectFrom('incidenceHistory')
    .select(['id as historyId', 'action', 'actor', 'at', 'undo'])
    .where('incidenceId', '=', incidenceId)
    .where('actorId', 'is not', null)
    .where('action', 'in', actions)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}
