import type { Person } from '../../people/person.ts';
import { applyUndo } from '../apply-action.ts';
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
  const outcome = await applyUndo(deps, { id, actor: person });
  if (!outcome.ok && outcome.reason === 'not-found') return reply(ctx, deps, texts.commands.noSuchIncidence(id));
  return reply(ctx, deps, html`${undoToast(outcome, texts)}`);
}
