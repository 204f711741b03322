import { actOnIncidence, type ActOutcome, tagIncidence } from '../../incidences/act-on-incidence.ts';
import type { Action, Outcome } from '../../incidences/incidence.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { tagName } from '../../incidences/tag-store.ts';
import type { Person } from '../../people/person.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../say.ts';
import { clip, html, lines } from '../views/html.ts';
import { toastOf } from '../views/toasts.ts';
import { outcomeName } from '../views/words.ts';
import { parseCloseWords } from './close-words.ts';
import { noteToKeep } from './note.ts';
import { numberOf, splitList } from '../typed-number.ts';
import { noSuchIncidence } from './number.ts';

type Typed = Readonly<{ words: readonly string[]; person: Person }>;

const mostAtOnce = 20;

/** `/ack 42`, or several at once: one answer, a line each. */
export async function acknowledge(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const named = splitList(words);
  const ids = [...new Set(named.map(numberOf))].filter((id) => id !== undefined);
  const [first] = ids;
  if (first === undefined) return reply(ctx, deps, html`Which one? For example /ack 42`);
  if (ids.length > mostAtOnce)
    return reply(ctx, deps, html`That is ${ids.length} numbers; /ack takes at most ${mostAtOnce} at once.`);
  const action = { kind: 'acknowledge' } as const;
  if (named.length === 1) return answer(ctx, deps, first, await act(deps, first, action, person));

  const said: string[] = [];
  for (const id of ids) {
    const outcome = await act(deps, id, action, person);
    said.push(outcome.ok ? toastOf(outcome) : `#${id}: ${toastOf(outcome)}`);
  }
  const others = named.filter((word) => numberOf(word) === undefined);
  return reply(
    ctx,
    deps,
    lines([
      ...said.map((line) => html`${line}`),
      others.length > 0 && html`Not a number: ${clip(others.join(', '), 200)}`,
    ]),
  );
}

/** `/close 42 [outcome] [note]`. What looks like a misspelt outcome is asked about: it would close as another one. */
export async function close(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const [number, ...rest] = words;
  const id = numberOf(number);
  if (id === undefined) return reply(ctx, deps, html`Which one? For example /close 42 resolved paid out`);
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!incidence) return reply(ctx, deps, noSuchIncidence(id));
  const said = parseCloseWords(rest);
  if (!said.isClear && incidence.status !== 'closed') return reply(ctx, deps, doubt(id, said));

  const { outcome: how, note: text } = said.isClear ? said : { outcome: said.meant, note: said.rest };
  const { note, cut } = noteToKeep(text);
  const outcome = await act(deps, id, { kind: 'close', outcome: how, note: note || undefined }, person);
  // A word that was meant as an outcome and is none became the note: that must show.
  const alsoSaid = note ? ` · note${cut}: ${note}` : '';
  return answer(ctx, deps, id, outcome, outcome.ok ? `${toastOf(outcome)}${alsoSaid}` : undefined);
}

function doubt(id: number, { typed, meant, rest }: Readonly<{ typed: string; meant: Outcome; rest: string }>) {
  const command = (...words: string[]) => clip(['/close', String(id), ...words].filter(Boolean).join(' '), 600);
  const name = outcomeName(meant).toLowerCase();
  return lines([
    html`#${id} is not closed yet: “${clip(typed, 40)}” is not an outcome. Did you mean ${name}?`,
    html`<code>${command(name, rest)}</code>`,
    html`To keep it as a note:`,
    html`<code>${command('resolved', typed, rest)}</code>`,
  ]);
}

/** `/tag 42 refund vip`. */
export async function tag(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const [number, ...names] = words;
  const id = numberOf(number);
  const tags = names.map(tagName).filter((name) => name !== '');
  if (id === undefined || tags.length === 0)
    return reply(ctx, deps, html`Which one, and which tags? For example /tag 42 refund vip`);
  const request = { id, mode: 'set', tags, actor: person, places: deps.places.all() } as const;
  const outcome = await tagIncidence(deps.db, request, deps.now());
  if (outcome.ok) deps.wake.signal('deliveries');
  const said = outcome.ok ? `Tags of #${id}: ${clip(outcome.incidence.tags.join(', '), 500)}` : undefined;
  return answer(ctx, deps, id, outcome, said);
}

/** Waking the sender first: the card may change while the answer is still on its way. */
async function act(deps: BotDeps, id: number, action: Action, actor: Person): Promise<ActOutcome> {
  const outcome = await actOnIncidence(deps.db, { id, action, actor, places: deps.places.all() }, deps.now());
  if (outcome.ok) deps.wake.signal('deliveries');
  return outcome;
}

async function answer(
  ctx: BotContext,
  deps: BotDeps,
  id: number,
  outcome: ActOutcome,
  said?: string,
): Promise<unknown> {
  if (!outcome.ok && outcome.reason === 'not-found') return reply(ctx, deps, noSuchIncidence(id));
  return reply(ctx, deps, html`${said ?? toastOf(outcome)}`);
}
