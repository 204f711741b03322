import { Composer } from 'grammy';
import { can } from '../../people/rights.ts';
import { changeRule, readRules, ruleId, ruleKinds } from '../../settings/severity-settings.ts';
import type { SeverityRules } from '../../sources/severity-rules.ts';
import type { Button } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { editReply, toast } from '../reply.ts';
import { type Rule, ruleChanged, rulePage, rulesOf, rulesPage } from '../views/severity-rules.ts';
import { refusePress } from './refuse.ts';

/** The tables of words, labels and attributes under `/settings`. `Add…` is answered by the dialogs. */
export function ruleButtonsFeature(deps: BotDeps): Composer<BotContext> {
  const { texts } = deps.locale;
  const composer = new Composer<BotContext>();

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    if (button.kind !== 'rules-page' && button.kind !== 'show-rule' && button.kind !== 'set-rule') return next();
    if (!can(person.role, 'manage-severity-rules'))
      return refusePress(ctx, deps, { reason: 'not-allowed', text: texts.routes.toasts.leadsOnly });
    if (button.kind === 'rules-page') {
      const kind = ruleKinds[button.id];
      if (!kind) return refusePress(ctx, deps, { reason: 'not-found', text: texts.toasts.buttonExpired });
      await toast(ctx, '');
      return editReply(ctx, deps, async () => rulesPage(kind, await readRules(deps.db), button.page, texts));
    }
    const rule = findRule(await readRules(deps.db), button.id);
    if (!rule) return refusePress(ctx, deps, { reason: 'not-found', text: texts.toasts.buttonExpired });
    if (button.kind === 'show-rule') {
      await toast(ctx, '');
      return editReply(ctx, deps, async () => rulePage(rule, button.page, texts));
    }
    return set(ctx, deps, { rule, button, by: person.id });
  });

  return composer;
}

async function set(
  ctx: BotContext,
  deps: BotDeps,
  { rule, button, by }: Readonly<{ rule: Rule; button: Extract<Button, { kind: 'set-rule' }>; by: number }>,
): Promise<void> {
  const { texts } = deps.locale;
  const { kind, name } = rule;
  const { severity, page } = button;
  const outcome = await changeRule(deps.db, { kind, name, severity, by }, deps.now());
  const { toasts } = texts.settings;
  if (outcome.kind !== 'changed') return toast(ctx, toasts.unchanged);
  deps.wake.signal('settings');
  await toast(ctx, toasts.changed);
  const above = { text: ruleChanged({ name, severity, before: outcome.before }, texts), changeId: outcome.changeId };
  return editReply(ctx, deps, async () => rulesPage(kind, await readRules(deps.db), page, texts, above));
}

function findRule(rules: SeverityRules, id: number): Rule | undefined {
  return ruleKinds.flatMap((kind) => rulesOf(kind, rules)).find((rule) => ruleId(rule) === id);
}
