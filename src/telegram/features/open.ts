import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { severities } from '../../sources/severity.ts';
import { sourceNames } from '../../sources/source-event.ts';
import { isKnown as isKnownTag, tagName } from '../../incidences/tag-store.ts';
import type { Person } from '../../people/person.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../say.ts';
import { html } from '../views/html.ts';
import { openList } from '../views/open-list.ts';

const listed = 10;

/** `/open` with any number of filters: what is open and matches them all, worst first. */
export async function sayOpen(
  ctx: BotContext,
  deps: BotDeps,
  words: readonly string[],
  person: Person,
): Promise<unknown> {
  const filter = openFilter(words, person);
  // A slip of the finger must not read like an all-clear.
  const unknown = await firstUnknown(deps, words);
  if (unknown !== undefined) {
    const choices = [...severities.toReversed(), ...sourceNames, 'mine', 'unacked'].join(', ');
    return reply(ctx, deps, html`There is no tag “${unknown}”. Use /open with a tag or one of: ${choices}`);
  }
  const [incidences, matching, all] = await Promise.all([
    incidenceViewStore.findAllOpen(deps.db, filter, listed),
    incidenceViewStore.countOpen(deps.db, filter),
    incidenceViewStore.countOpen(deps.db, {}),
  ]);
  const { text, keyboard } = openList(incidences, { matching, all }, words, deps.now());
  return reply(ctx, deps, text, incidences.length > 0 ? { keyboard } : {});
}

/** All words narrow together; of several severities an incidence has one. */
function openFilter(words: readonly string[], person: Person): incidenceViewStore.OpenFilter {
  const said = words.map((word) => word.toLowerCase());
  return {
    severities: severities.filter((name) => said.includes(name)),
    sources: sourceNames.filter((name) => said.includes(name)),
    tags: said.filter((word) => !isKeyword(word)).map(tagName),
    ...(said.includes('mine') ? { acknowledgedBy: person.id } : {}),
    unacknowledged: said.includes('unacked'),
  };
}

async function firstUnknown(deps: BotDeps, words: readonly string[]): Promise<string | undefined> {
  for (const word of words) {
    if (!isKeyword(word.toLowerCase()) && !(await isKnownTag(deps.db, tagName(word)))) return word;
  }
  return undefined;
}

/** Any other word is a tag. */
function isKeyword(word: string): boolean {
  return [...severities, ...sourceNames, 'mine', 'unacked'].includes(word);
}
