import { escalationKey } from '../../escalation/due.ts';
import { mostSteps } from '../../escalation/policy.ts';
import * as policyStore from '../../escalation/policy-store.ts';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import { changePolicy } from '../../settings/escalation-settings.ts';
import * as settingStore from '../../settings/setting-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { parsePolicy, type TypedPolicy } from '../typed-policy.ts';
import { escalationPolicy, policyChanged } from '../views/escalation.ts';
import { undoKeyboard } from '../views/routes.ts';

const shownChanges = 5;

/** `/escalation`: shows who is reminded when; leads change it. */
export async function escalation(
  ctx: BotContext,
  deps: BotDeps,
  { words, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const text = deps.locale.texts.escalation;
  if (words.length === 0) {
    const changes = await settingStore.findChanges(deps.db, [escalationKey], shownChanges);
    return reply(ctx, deps, escalationPolicy(await policyStore.find(deps.db), changes, deps.locale));
  }
  if (!can(person.role, 'change-escalation')) return reply(ctx, deps, text.leadsOnly);
  const typed = parsePolicy(words);
  if (!typed.ok) return reply(ctx, deps, refusal(typed, deps));
  const said = words.join(' ').toLowerCase();
  const changed = await changePolicy(deps.db, { part: typed.part, said, by: person.id }, deps.now());
  if (!changed) return reply(ctx, deps, text.unchanged);
  deps.wake.signal('settings');
  const keyboard = undoKeyboard(changed.changeId, deps.locale.texts);
  return reply(ctx, deps, policyChanged(changed, deps.locale.texts), { keyboard });
}

function refusal({ reason, word }: Extract<TypedPolicy, { ok: false }>, { locale }: BotDeps) {
  const text = locale.texts.escalation;
  const shown = clip(word, 60);
  switch (reason) {
    case 'usage':
      return text.notUnderstood;
    case 'step':
      return text.notAStep(shown);
    case 'range':
      return text.outOfRange(shown);
    case 'order':
      return text.wrongOrder(shown);
    case 'too-many':
      return text.tooMany(mostSteps);
  }
}
