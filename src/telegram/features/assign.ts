import type * as teamStore from '../../duty/team-store.ts';
import type { ActOutcome } from '../../incidences/act-on-incidence.ts';
import type { Person } from '../../people/person.ts';
import { clip } from '../../transcripts/clip.ts';
import { findAssignable } from '../assignable.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { numberOf } from '../typed-number.ts';
import { assignToast } from '../views/toasts.ts';
import { html } from '../views/html.ts';
import { act, answer } from './act.ts';

/** `/assign 42 @ben`, or by a name as people are called. */
export async function assign(
  ctx: BotContext,
  deps: BotDeps,
  { words, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const { commands } = deps.locale.texts;
  const [number, ...rest] = words;
  const id = numberOf(number);
  const wanted = rest.join(' ');
  if (id === undefined || wanted === '') return reply(ctx, deps, commands.whichPerson('/assign 42 @ben'));
  const team = await findAssignable(deps.db, scopeOf(ctx, deps), deps.now());
  const found = named(wanted, team);
  const [to, another] = found;
  const names = (people: readonly teamStore.Teammate[]) =>
    clip(people.map(({ name, username }) => (username ? `${name} (@${username})` : name)).join(', '), 500);
  if (!to) return reply(ctx, deps, commands.noSuchPerson(clip(wanted, 40), names(team)));
  if (another) return reply(ctx, deps, commands.whichOfThem(clip(wanted, 40), names(found)));
  const outcome: ActOutcome = await act(deps, id, { kind: 'assign', to }, person);
  return answer(ctx, deps, id, outcome, html`${assignToast(outcome, deps.locale.texts)}`);
}

/** A press of somebody's name: who is not of that chat, and no lead, gets nothing. */
export async function findAssignee(
  ctx: BotContext,
  deps: BotDeps,
  personId: number,
): Promise<teamStore.Teammate | undefined> {
  const team = await findAssignable(deps.db, scopeOf(ctx, deps), deps.now());
  return team.find(({ id }) => id === personId);
}

/** In private, all of the team's. */
function scopeOf({ chat }: BotContext, { adminIds, places }: BotDeps): teamStore.TeamScope {
  return { adminIds, chatIds: chat && chat.id < 0 ? [chat.id] : places.all().map(({ chatId }) => chatId) };
}

/** Whom `@ben`, `Ben`, `Ben Okafor` or `be` means: a whole name goes before the beginning of one. */
function named(wanted: string, team: readonly teamStore.Teammate[]): readonly teamStore.Teammate[] {
  const word = wanted.replace(/^@/, '').toLowerCase();
  const byUsername = team.filter(({ username }) => username?.toLowerCase() === word);
  if (wanted.startsWith('@') || byUsername.length > 0) return byUsername;
  const names = team.map((one) => ({ one, names: [one.name, one.fullName].map((name) => name.toLowerCase()) }));
  const whole = names.filter((known) => known.names.includes(word));
  const found = whole.length > 0 ? whole : names.filter((known) => known.names.some((name) => name.startsWith(word)));
  return found.map(({ one }) => one);
}
