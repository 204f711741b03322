import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { timeOfDay } from '../quiet/quiet-hours.ts';
import { changeValue, type ValueChanged, type ValueSetting } from './change-value.ts';
import * as settingStore from './setting-store.ts';

export const digestKey = 'digest';

const stored = z.object({ at: z.number().int().min(0).max(1439).nullable(), setAt: z.coerce.date().nullable() });

/** When the digest is sent, in minutes since midnight; `at` null: never. `setAt` null: by DIGEST_AT, whenever that was. */
export type DigestSetting = Readonly<z.infer<typeof stored>>;

/** As a lead set it; until then as DIGEST_AT says. */
export async function readDigest(db: Db, configured: number | undefined): Promise<DigestSetting> {
  return settingOf(configured).read(await settingStore.find(db, digestKey));
}

export async function changeDigest(
  db: Db,
  { at, configured, by }: Readonly<{ at: number | null; configured: number | undefined; by: number }>,
  now: Date,
): Promise<ValueChanged | undefined> {
  const to = (before: DigestSetting) => (before.at === at ? before : { at, setAt: now });
  return changeValue(db, settingOf(configured), { to, by }, now);
}

/** Goes back to the time before a change; undefined where something changed it since. */
export async function undoDigest(
  db: Db,
  { before, after }: settingStore.UndoableChange,
  { configured, by }: Readonly<{ configured: number | undefined; by: number }>,
  now: Date,
): Promise<ValueChanged | undefined> {
  const [was, made] = [stored.safeParse(before).data, stored.safeParse(after).data];
  if (!was || !made) return undefined;
  // Set now: a time that was over today does not bring today's digest.
  const to = (current: DigestSetting) => (current.at === made.at ? { at: was.at, setAt: now } : current);
  return changeValue(db, settingOf(configured), { to, by }, now);
}

function settingOf(configured: number | undefined): ValueSetting<DigestSetting> {
  return {
    key: digestKey,
    read: (value) => stored.safeParse(value).data ?? { at: configured ?? null, setAt: null },
    words: (after, before) => `digest ${digestTime(after.at)}, before ${digestTime(before.at)}`,
  };
}

/** `at 09:00`, `off`. */
export function digestTime(at: number | null): string {
  return at === null ? 'off' : `at ${timeOfDay(at)}`;
}
