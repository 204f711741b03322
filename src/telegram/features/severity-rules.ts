import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import * as settingStore from '../../settings/setting-store.ts';
import { changeRule, mostRules, readRules, type RuleKind, severityKey } from '../../settings/severity-settings.ts';
import { severities, type Severity } from '../../sources/severity.ts';
import { judgeText, ruleName } from '../../sources/severity-rules.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { undoKeyboard } from '../views/routes.ts';
import { ruleChanged, severityRulesList, severityTested } from '../views/severity-rules.ts';

type Request = Readonly<{ kind: RuleKind; words: readonly string[]; person: Person }>;

const shownChanges = 5;

/** `/severity-words`, `/severity-labels`, `/severity-attributes`: lists, adds, removes; the words can be tried out. */
export async function severityRules(ctx: BotContext, deps: BotDeps, request: Request): Promise<unknown> {
  const { kind, words, person } = request;
  const { texts } = deps.locale;
  const text = texts.severityRules;
  if (!can(person.role, 'manage-severity-rules')) return reply(ctx, deps, text.leadsOnly);
  const [verb, ...rest] = words;
  switch (verb?.toLowerCase()) {
    case undefined:
    case 'list': {
      const changes = await settingStore.findChanges(deps.db, [severityKey], shownChanges);
      return reply(ctx, deps, severityRulesList(kind, await readRules(deps.db), changes, deps.locale));
    }
    case 'test':
      if (kind !== 'words' || rest.length === 0) break;
      return reply(ctx, deps, severityTested(judgeText(rest.join(' '), await readRules(deps.db)), texts));
    case 'add': {
      const severity = severities.find((known) => known === rest[0]?.toLowerCase());
      return severity ? change(ctx, deps, request, { name: rest.slice(1).join(' '), severity }) : notUnderstood();
    }
    case 'remove':
      return change(ctx, deps, request, { name: rest.join(' '), severity: undefined });
    default:
  }
  return notUnderstood();

  function notUnderstood() {
    return reply(ctx, deps, text.notUnderstood(commandOf(kind), text.example[kind]));
  }
}

async function change(
  ctx: BotContext,
  deps: BotDeps,
  { kind, person }: Request,
  wanted: Readonly<{ name: string; severity: Severity | undefined }>,
): Promise<unknown> {
  const { texts } = deps.locale;
  const text = texts.severityRules;
  const name = ruleName(wanted.name);
  if (name === undefined) return reply(ctx, deps, text.notUnderstood(commandOf(kind), text.example[kind]));
  if (kind === 'attributes' && !/^[^=]+=.+$/.test(name)) return reply(ctx, deps, text.notAttribute);
  const { severity } = wanted;
  const outcome = await changeRule(deps.db, { kind, name, severity, by: person.id }, deps.now());
  switch (outcome.kind) {
    case 'changed': {
      deps.wake.signal('settings');
      const said = ruleChanged({ name, severity, before: outcome.before }, texts);
      return reply(ctx, deps, said, { keyboard: undoKeyboard(outcome.changeId, texts) });
    }
    case 'unchanged':
      return reply(ctx, deps, text.unchanged(name));
    case 'full':
      return reply(ctx, deps, text.full(mostRules));
  }
}

function commandOf(kind: RuleKind): string {
  return `severity-${kind}`;
}
