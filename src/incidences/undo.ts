import { isDeepStrictEqual } from 'node:util';
import type { Incidence, IncidenceChange } from './incidence.ts';

/** How long an action can be undone. */
const undoMs = 5 * 60_000;

/** The columns that an action changed, as they were and as they became; as JSON keeps them. */
export type Undo = Readonly<{ before: Readonly<Record<string, unknown>>; after: Readonly<Record<string, unknown>> }>;

/** What a person did to an incidence last. `undo` null: that cannot be undone, such as an undo. */
export type LastAction = Readonly<{
  historyId: number;
  action: string;
  actor: string;
  at: Date;
  undo: Undo | null;
}>;

/** What is kept of a change so that it can be undone. */
export function undoOf(before: Incidence, after: Incidence, change: IncidenceChange): Undo {
  const keys = Object.keys(change).filter((key) => !isDeepStrictEqual(valueOf(before, key), valueOf(after, key)));
  const of = (incidence: Incidence) => Object.fromEntries(keys.map((key) => [key, valueOf(incidence, key)]));
  return { before: of(before), after: of(after) };
}

export type Undoing =
  | Readonly<{ ok: true; undo: Undo }>
  | Readonly<{ ok: false; reason: 'nothing-to-undo' | 'too-late-to-undo' | 'changed-since' }>;

/** Only the last action, only for a while, and only where everything it changed is still as it left it. */
export function canUndo(last: LastAction | undefined, incidence: Incidence, now: Date): Undoing {
  if (!last?.undo) return { ok: false, reason: 'nothing-to-undo' };
  if (now.getTime() - last.at.getTime() > undoMs) return { ok: false, reason: 'too-late-to-undo' };
  const isUnchanged = Object.entries(last.undo.after).every(([key, value]) =>
    isDeepStrictEqual(valueOf(incidence, key), value),
  );
  return isUnchanged ? { ok: true, undo: last.undo } : { ok: false, reason: 'changed-since' };
}

/** As it comes back from JSON. */
function valueOf(incidence: Incidence, key: string): unknown {
  const value: unknown = Reflect.get(incidence, key);
  return value instanceof Date ? value.toISOString() : (value ?? null);
}
