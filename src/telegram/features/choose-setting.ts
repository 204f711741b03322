import type { Person } from '../../people/person.ts';
import type { QuietRules } from '../../quiet/quiet-hours.ts';
import { changePolicy } from '../../settings/escalation-settings.ts';
import type { BotContext, BotDeps } from '../context.ts';
import type { SettingChoice } from '../setting-choices.ts';
import { policyChanged } from '../views/escalation.ts';
import type { SettingChanged } from '../views/settings.ts';
import { changeQuietHere } from './quiet.ts';

/** Sets what a button under `/settings` offers; undefined where it is so already. */
export async function chooseSetting(
  ctx: BotContext,
  deps: BotDeps,
  { choice, person }: Readonly<{ choice: SettingChoice; person: Person }>,
): Promise<SettingChanged | undefined> {
  if (choice.about === 'quiet') return changeQuietHere(ctx, deps, person, (rules) => chosenRules(rules, choice, deps));
  const { severity, steps } = choice;
  const said = `${severity} ${steps.length > 0 ? 'default' : 'off'}`;
  const wanted = { part: { [severity]: steps }, said, by: person.id };
  const changed = await changePolicy(deps.db, wanted, deps.now());
  if (!changed) return undefined;
  deps.wake.signal('settings');
  return { text: policyChanged(changed, deps.locale.texts), changeId: changed.changeId };
}

function chosenRules(
  rules: QuietRules,
  choice: Extract<SettingChoice, { about: 'quiet' }>,
  { now }: BotDeps,
): QuietRules {
  if (choice.set === 'hours') return { ...rules, hours: choice.hours };
  const { minutes } = choice;
  return { ...rules, mutedUntil: minutes > 0 ? new Date(now().getTime() + minutes * 60_000) : null };
}
