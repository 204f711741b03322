import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import * as inboundStore from '../../inbound/inbound-store.ts';
import { severities } from '../../sources/severity.ts';
import { sourceNames } from '../../sources/source-event.ts';
import { isKnown as isKnownTag, tagName } from '../../incidences/tag-store.ts';
import type { Person } from '../../people/person.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import { openList } from '../views/open-list.ts';

const listed = 10;
const flags = ['mine', 'unacked'] as const;
/** Any other word is a tag. */
const grammar = { severities: oneOf(severities), sources: oneOf(sourceNames), flags: oneOf(flags) };

/** `/open` with any number of filters: what is open and matches them all, worst first. */
export async function replyWithOpen(
  ctx: BotContext,
  deps: BotDeps,
  words: readonly string[],
  person: Person,
): Promise<unknown> {
  const { texts } = deps.locale;
  // All words narrow the list together, except several severities: an incidence has one.
  const { read, others: tags } = parseWords(words, grammar);
  // A typing error must not read like an all-clear.
  const unknown = await findUnknownTag(deps, tags);
  if (unknown !== undefined) {
    const choices = [...severities.toReversed(), ...sourceNames, ...flags].join(', ');
    return reply(ctx, deps, texts.openList.noSuchTag(unknown, choices));
  }
  const filter = {
    severities: read.severities,
    sources: read.sources,
    tags: tags.map(tagName),
    ...(read.flags.includes('mine') ? { acknowledgedBy: person.id } : {}),
    unacknowledged: read.flags.includes('unacked'),
  };
  const [incidences, matching, all, unprocessed] = await Promise.all([
    incidenceViewStore.findAllOpen(deps.db, filter, listed),
    incidenceViewStore.countOpen(deps.db, filter),
    incidenceViewStore.countOpen(deps.db, {}),
    inboundStore.countWaiting(deps.db),
  ]);
  const { text, keyboard } = openList(incidences, { matching, all, unprocessed }, words, deps.now(), texts);
  return reply(ctx, deps, text, incidences.length > 0 ? { keyboard } : {});
}

async function findUnknownTag(deps: BotDeps, words: readonly string[]): Promise<string | undefined> {
  for (const word of words) if (!(await isKnownTag(deps.db, tagName(word)))) return word;
  return undefined;
}
