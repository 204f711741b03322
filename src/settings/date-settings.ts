import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { editAllCards } from '../incidences/edit-cards.ts';
import { changeValue, undoValue, type ValueChanged, type ValueSetting } from './change-value.ts';
import * as settingStore from './setting-store.ts';

export const datesKey = 'dates';

/** The languages that days and months can be named in, each by its own name. Their order never changes: it is on buttons. */
export const dateLanguages = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['es', 'Español'],
  ['fr', 'Français'],
  ['hi', 'हिन्दी'],
  ['it', 'Italiano'],
  ['nl', 'Nederlands'],
  ['pl', 'Polski'],
  ['pt', 'Português'],
  ['ru', 'Русский'],
  ['tr', 'Türkçe'],
] as const;
export type DateLanguage = (typeof dateLanguages)[number][0];

export const defaultDates: DateLanguage = 'en';

const stored = z.object({ language: z.enum(dateLanguages.map(([language]) => language)) });

const dates: ValueSetting<Readonly<z.infer<typeof stored>>> = {
  key: datesKey,
  read: (value) => stored.safeParse(value).data ?? { language: defaultDates },
  words: (after, before) => `dates in ${nameOf(after.language)}, before ${nameOf(before.language)}`,
  also: editAllCards,
};

export async function readDateLanguage(db: Db): Promise<DateLanguage> {
  return dates.read(await settingStore.find(db, datesKey)).language;
}

/** Cards that are shown follow. */
export async function changeDateLanguage(
  db: Db,
  { language, by }: Readonly<{ language: DateLanguage; by: number }>,
  now: Date,
): Promise<ValueChanged | undefined> {
  return changeValue(db, dates, { to: () => ({ language }), by }, now);
}

export async function undoDateLanguage(
  db: Db,
  change: settingStore.UndoableChange,
  by: number,
  now: Date,
): Promise<ValueChanged | undefined> {
  return undoValue(db, dates, change, by, now);
}

export function nameOf(language: DateLanguage): string {
  return dateLanguages.find(([one]) => one === language)?.[1] ?? language;
}
