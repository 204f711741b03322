import type { Db } from '../database/connect.ts';
import * as hourStore from './hour-store.ts';

/** Entries of the history that the hours have not followed. With more, they are of little use. */
const mostLead = 20_000;

/**
 * When something happened whose hour may not be true any more; undefined where the hours that were counted before are of
 * no use. To be read before they are: what is followed meanwhile is then counted from the history as well.
 */
export async function findTouched(db: Db, settings: string): Promise<Date[] | undefined> {
  const progress = await hourStore.findProgress(db);
  if (progress?.settings !== settings || (await hourStore.findLead(db, progress)) > mostLead) return undefined;
  return hourStore.findTouched(db, progress.historyId);
}
