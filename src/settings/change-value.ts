import { isDeepStrictEqual } from 'node:util';
import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as settingStore from './setting-store.ts';

/** A setting that is one value. `words` says of a change what it made and what was before. */
export type ValueSetting<Value extends object> = Readonly<{
  key: string;
  read: (stored: unknown) => Value;
  words: (after: Value, before: Value) => string;
  /** In the same transaction. */
  also?: (trx: Trx, now: Date) => Promise<void>;
}>;

export type ValueChanged = Readonly<{ changeId: number; change: string }>;

/** Changes the value and records who did it; undefined where it is so already. */
export async function changeValue<Value extends object>(
  db: Db,
  setting: ValueSetting<Value>,
  { to, by }: Readonly<{ to: (before: Value) => Value; by: number }>,
  now: Date,
): Promise<ValueChanged | undefined> {
  const { key, read, words, also } = setting;
  return transact(db, async (trx) => {
    const before = read(await settingStore.lock(trx, key));
    const after = to(before);
    if (isDeepStrictEqual(before, after)) return undefined;
    const change = words(after, before);
    const changeId = await settingStore.save(trx, { key, change, value: after, before, after, by }, now);
    await also?.(trx, now);
    return { changeId, change };
  });
}

/** Goes back to what was before a change; undefined where something changed it since. */
export async function undoValue<Value extends object>(
  db: Db,
  setting: ValueSetting<Value>,
  { before, after }: settingStore.UndoableChange,
  by: number,
  now: Date,
): Promise<ValueChanged | undefined> {
  const [was, made] = [setting.read(before), setting.read(after)];
  const to = (current: Value) => (isDeepStrictEqual(current, made) ? was : current);
  return changeValue(db, setting, { to, by }, now);
}
