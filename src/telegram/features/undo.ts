import { type UndoOutcome, undoLastAction } from '../../incidences/undo-last-action.ts';
import type { Person } from '../../people/person.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { numberOf } from '../typed-number.ts';
import { html } from '../views/html.ts';
import { undoToast } from '../views/undo.ts';

/** `/undo 42`. */
export async function undo(
  ctx: BotContext,
  deps: BotDeps,
  { words, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const { texts } = deps.locale;
  const [number, ...rest] = words;
  const id = numberOf(number);
  if (id === undefined || rest.length > 0) return reply(ctx, deps, texts.commands.whichOne('/undo 42'));
  const outcome = await undoFor(deps, { id, person });
  if (!outcome.ok && outcome.reason === 'not-found') return reply(ctx, deps, texts.commands.noSuchIncidence(id));
  return reply(ctx, deps, html`${undoToast(outcome, texts)}`);
}

/** `historyId`: what the button named. */
export async function undoFor(
  deps: BotDeps,
  { id, historyId, person }: Readonly<{ id: number; historyId?: number; person: Person }>,
): Promise<UndoOutcome> {
  const request = {
    id,
    ...(historyId !== undefined && { historyId }),
    actor: person,
    places: deps.places.routing(),
    desk: deps.desk,
  };
  const outcome = await undoLastAction(deps.db, request, deps.now());
  if (outcome.ok) deps.wake.signal('deliveries');
  return outcome;
}
