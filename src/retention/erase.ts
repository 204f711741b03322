import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { editCards } from '../incidences/edit-cards.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import { lock as lockSearch } from '../search/index-store.ts';
import * as eraseStore from './erase-store.ts';

export type { Who } from './erase-store.ts';

export type EraseReport = Readonly<{
  incidences: readonly number[];
  /** How many rows of each kind. */
  erased: Readonly<Record<string, number>>;
  /** Incidences of others that mention the customer; they stay. */
  mentions: readonly number[];
  /** Messages in Telegram that stay. */
  documents: readonly Readonly<{ chatId: number; messageId: number }>[];
}>;

class DryRun extends Error {
  override name = 'DryRun';
  readonly report: EraseReport;
  constructor(report: EraseReport) {
    super('nothing is kept of a dry run');
    this.report = report;
  }
}

/**
 * Erases one customer's words and contact data. Numbers, states and times stay, and so do the incidences' numbers; their
 * cards are edited to what is left. The history records it. A dry run does the same and takes it back.
 */
export async function erase(
  db: Db,
  who: eraseStore.Who,
  { now, dryRun }: Readonly<{ now: Date; dryRun: boolean }>,
): Promise<EraseReport> {
  const strayEvents = await eraseStore.findStrayEvents(db, who);
  const mentions = await eraseStore.findMentions(db, who);
  try {
    return await transact(db, async (trx) => {
      await lockSearch(trx);
      const incidences = await eraseStore.lockIncidences(trx, who);
      const documents = await eraseStore.findDocuments(trx, incidences);
      const erased: Record<string, number> = {};
      for (const [kind, statement] of Object.entries(eraseStore.statements)) {
        const { numAffectedRows } = await statement(who, incidences, now, strayEvents).execute(trx);
        erased[kind] = Number(numAffectedRows ?? 0);
      }
      const entries = incidences.map((incidenceId) => ({
        incidenceId,
        actorId: null,
        actor: 'npm run erase',
        action: 'personal-data-erased',
        before: {},
        after: {},
      }));
      await incidenceStore.record(trx, entries, now);
      for (const id of incidences) {
        await incidenceStore.update(trx, id, {}, now);
        await editCards(trx, id, now);
      }
      const report = { incidences, erased, mentions, documents };
      if (dryRun) throw new DryRun(report);
      return report;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.report;
    throw error;
  }
}
