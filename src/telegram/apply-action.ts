import { actOnIncidence, type ActOutcome, tagIncidence, type TagOutcome } from '../incidences/act-on-incidence.ts';
import type { Action } from '../incidences/incidence.ts';
import { type UndoOutcome, undoLastAction } from '../incidences/undo-last-action.ts';
import type { Person } from '../people/person.ts';
import { currentTraceId, traceFields } from '../tracing/trace.ts';
import type { BotDeps } from './context.ts';

type Asked = Readonly<{ id: number; actor: Person }>;

/** What somebody presses or types does this to an incidence. The log joins it to the press and to what follows. */
export async function applyAction(
  deps: BotDeps,
  asked: Asked & Readonly<{ action: Action; seen?: number | undefined }>,
): Promise<ActOutcome> {
  const outcome = await actOnIncidence(deps.db, { ...asked, ...surroundings(deps) }, deps.now());
  return logged(deps, asked, asked.action.kind, outcome);
}

export async function applyTags(
  deps: BotDeps,
  asked: Asked & Readonly<{ mode: 'set' | 'unset'; tags: readonly string[] }>,
): Promise<TagOutcome> {
  const outcome = await tagIncidence(deps.db, { ...asked, ...surroundings(deps) }, deps.now());
  return logged(deps, asked, 'tag', outcome);
}

/** `historyId`: what the button named. */
export async function applyUndo(deps: BotDeps, asked: Asked & Readonly<{ historyId?: number }>): Promise<UndoOutcome> {
  const outcome = await undoLastAction(deps.db, { ...asked, ...surroundings(deps) }, deps.now());
  if (outcome.ok) deps.wake.signal('deliveries');
  return logged(deps, asked, 'undo', outcome);
}

function surroundings({ places, desk }: BotDeps) {
  return { places: places.routing(), desk };
}

function logged<Result extends Readonly<{ ok: true }> | Readonly<{ ok: false; reason: string }>>(
  { log }: BotDeps,
  { id, actor }: Asked,
  action: string,
  outcome: Result,
): Result {
  const facts = { incidence: id, action, person: actor.id, outcome: outcome.ok ? 'done' : outcome.reason };
  log.info({ ...traceFields(currentTraceId()), ...facts }, 'incidence.acted');
  return outcome;
}
