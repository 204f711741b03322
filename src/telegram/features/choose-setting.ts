import type { Person } from '../../people/person.ts';
import type { QuietRules } from '../../quiet/quiet-hours.ts';
import { changeDateLanguage } from '../../settings/date-settings.ts';
import { changeDigest } from '../../settings/digest-settings.ts';
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
  switch (choice.about) {
    case 'quiet':
      return changeQuietHere(ctx, deps, person, (rules) => chosenRules(rules, choice, deps));
    case 'escalation':
      return choosePolicy(deps, choice, person);
    case 'digest': {
      const { at } = choice;
      const wanted = { at, configured: deps.configuredDigestAt, by: person.id };
      const changed = await changeDigest(deps.db, wanted, deps.now());
      await deps.digestChanged();
      return changed && { text: deps.locale.texts.settings.valueChanged(changed.change), changeId: changed.changeId };
    }
    case 'dates': {
      const { language } = choice;
      const changed = await changeDateLanguage(deps.db, { language, by: person.id }, deps.now());
      await deps.cardsChanged();
      return changed && { text: deps.locale.texts.settings.valueChanged(changed.change), changeId: changed.changeId };
    }
  }
}

async function choosePolicy(
  deps: BotDeps,
  { severity, steps }: Extract<SettingChoice, { about: 'escalation' }>,
  person: Person,
): Promise<SettingChanged | undefined> {
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
