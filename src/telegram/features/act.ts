import type { ActOutcome } from '../../incidences/act-on-incidence.ts';
import type { Action, Outcome } from '../../incidences/incidence.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { tagName } from '../../incidences/tag-store.ts';
import { severities } from '../../sources/severity.ts';
import type { Person } from '../../people/person.ts';
import { clip } from '../../transcripts/clip.ts';
import { applyAction, applyTags } from '../apply-action.ts';
import type { BotContext, BotDeps } from '../context.ts';
import type { Texts } from '../texts/texts.ts';
import { reply } from '../reply.ts';
import { type Html, html, lines } from '../views/html.ts';
import { severityToast, snoozeToast, toastOf } from '../views/toasts.ts';
import { parseCloseWords } from './close-words.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import { snoozeUntil } from '../snooze-time.ts';
import { numberOf, splitList } from '../typed-number.ts';
import { noteToKeep } from './note.ts';

type Typed = Readonly<{ words: readonly string[]; person: Person }>;

const maxAtOnce = 20;

/** `/ack 42`, or several at once: one answer, a line each. */
export async function acknowledge(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { texts } = deps.locale;
  const { read, others } = parseWords(splitList(words), { ids: numberOf });
  const ids = [...new Set(read.ids)];
  const [first] = ids;
  if (first === undefined) return reply(ctx, deps, texts.commands.whichOne('/ack 42'));
  if (ids.length > maxAtOnce) return reply(ctx, deps, texts.commands.tooMany(ids.length, maxAtOnce));
  const action = { kind: 'acknowledge' } as const;
  if (read.ids.length + others.length === 1) return answer(ctx, deps, first, await act(deps, first, action, person));

  const results: Html[] = [];
  for (const id of ids) {
    const outcome = await act(deps, id, action, person);
    results.push(outcome.ok ? html`${toastOf(outcome, texts)}` : html`#${id}: ${toastOf(outcome, texts)}`);
  }
  const rest = others.length > 0 && texts.commands.notNumbers(clip(others.join(', '), 200));
  return reply(ctx, deps, lines([...results, rest]));
}

/** `/close 42 [outcome] [note]`. A misspelt outcome gets a question: taken as a note, it would close with another outcome. */
export async function close(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { texts } = deps.locale;
  const [number, ...rest] = words;
  const id = numberOf(number);
  if (id === undefined) return reply(ctx, deps, texts.commands.whichOne('/close 42 resolved paid out'));
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!incidence) return reply(ctx, deps, texts.commands.noSuchIncidence(id));
  const parsed = parseCloseWords(rest);
  if (!parsed.isClear && incidence.status !== 'closed') return reply(ctx, deps, doubt(id, parsed, texts));

  const { outcome: how, note: text } = parsed.isClear ? parsed : { outcome: parsed.meant, note: parsed.rest };
  const { note, cutTo } = noteToKeep(text);
  const outcome = await act(deps, id, { kind: 'close', outcome: how, note: note || undefined }, person);
  // A word meant as an outcome that is none became the note: that must show.
  const added = note ? texts.commands.noteAdded(note, cutTo) : '';
  return answer(ctx, deps, id, outcome, outcome.ok ? html`${toastOf(outcome, texts)}${added}` : undefined);
}

function doubt(
  id: number,
  { typed, meant, rest }: Readonly<{ typed: string; meant: Outcome; rest: string }>,
  { commands, outcomesInText }: Texts,
): Html {
  const command = (...words: string[]) => clip(['/close', String(id), ...words].filter(Boolean).join(' '), 600);
  return lines([
    commands.outcomeDoubt(id, clip(typed, 40), outcomesInText[meant]),
    html`<code>${command(meant.replaceAll('_', ' '), rest)}</code>`,
    commands.keepAsNote,
    html`<code>${command('resolved', typed, rest)}</code>`,
  ]);
}

/** `/tag 42 refund vip`. */
export async function tag(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { commands } = deps.locale.texts;
  const [number, ...names] = words;
  const id = numberOf(number);
  const tags = names.map(tagName).filter((name) => name !== '');
  if (id === undefined || tags.length === 0) return reply(ctx, deps, commands.whichTags('/tag 42 refund vip'));
  const outcome = await applyTags(deps, { id, mode: 'set', tags, actor: person });
  if (outcome.ok) deps.wake.signal('deliveries');
  const text = outcome.ok ? commands.tagsOf(id, clip(outcome.incidence.tags.join(', '), 500)) : undefined;
  return answer(ctx, deps, id, outcome, text);
}

/** `/severity 42 high`, in either order. */
export async function severity(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { texts } = deps.locale;
  const { read, others } = parseWords(words, { severities: oneOf(severities), ids: numberOf });
  const [[wanted, another], [id, second]] = [read.severities, read.ids];
  const isClear = others.length === 0 && another === undefined && second === undefined;
  if (id === undefined || wanted === undefined || !isClear) {
    return reply(ctx, deps, texts.commands.whichSeverity('/severity 42 high'));
  }
  const outcome = await act(deps, id, { kind: 'severity', severity: wanted }, person);
  return answer(ctx, deps, id, outcome, html`${severityToast(outcome, texts)}`);
}

/** `/snooze 42 tomorrow`. */
export async function snooze(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { locale, businessHours: hours } = deps;
  const [number, ...rest] = words;
  const id = numberOf(number);
  const now = deps.now();
  const until = snoozeUntil(rest.join(' '), { hours, zone: locale.zone }, now);
  if (id === undefined || !until) return reply(ctx, deps, locale.texts.commands.whichSnooze('/snooze 42 tomorrow'));
  const outcome = await act(deps, id, { kind: 'snooze', until }, person);
  return answer(ctx, deps, id, outcome, html`${snoozeToast(outcome, locale, now)}`);
}

/** `/note 42 called her back`. */
export async function note(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { texts } = deps.locale;
  const [number, ...rest] = words;
  const id = numberOf(number);
  const { note: text, cutTo } = noteToKeep(rest.join(' '));
  if (id === undefined || text === '') return reply(ctx, deps, texts.commands.whichNote('/note 42 called her back'));
  const outcome = await act(deps, id, { kind: 'note', note: text }, person);
  return answer(ctx, deps, id, outcome, outcome.ok ? texts.dialogs.noteSavedOn(id, cutTo) : undefined);
}

/** Wakes the sender first, so that the card may change while the answer is on its way. */
export async function act(deps: BotDeps, id: number, action: Action, actor: Person): Promise<ActOutcome> {
  const outcome = await applyAction(deps, { id, action, actor });
  if (outcome.ok) deps.wake.signal('deliveries');
  return outcome;
}

export async function answer(
  ctx: BotContext,
  deps: BotDeps,
  id: number,
  outcome: ActOutcome,
  text?: Html,
): Promise<unknown> {
  const { texts } = deps.locale;
  if (!outcome.ok && outcome.reason === 'not-found') return reply(ctx, deps, texts.commands.noSuchIncidence(id));
  return reply(ctx, deps, text ?? html`${toastOf(outcome, texts)}`);
}
