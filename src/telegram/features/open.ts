import * as cardStore from '../../incidences/card-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import * as inboundStore from '../../inbound/inbound-store.ts';
import { severities } from '../../sources/severity.ts';
import { sourceNames } from '../../sources/source-event.ts';
import { isKnown as isKnownTag, tagName } from '../../incidences/tag-store.ts';
import type { Person } from '../../people/person.ts';
import type { Button } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import * as listStore from '../list-store.ts';
import { reply } from '../reply.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import type { Screen } from '../views/incidence-card.ts';
import { openList, parsePosition } from '../views/open-list.ts';

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
  // A typing error must not read like an all-clear.
  const unknown = await findUnknownTag(deps, parseWords(words, grammar).others);
  if (unknown !== undefined) {
    const choices = [...severities.toReversed(), ...sourceNames, ...flags].join(', ');
    return reply(ctx, deps, texts.openList.noSuchTag(unknown, choices));
  }
  const { text, keyboard } = await openPage(ctx, deps, { words: words.join(' '), personId: person.id });
  return reply(ctx, deps, text, keyboard.inline_keyboard.length > 0 ? { keyboard, isForAsker: true } : {});
}

type Asked = Pick<listStore.List, 'words' | 'personId'> & Readonly<{ id?: number }>;

/** One page of what is open now: the first, or the one that was turned to. */
export async function openPage(
  ctx: BotContext,
  deps: BotDeps,
  asked: Asked,
  turned?: Pick<Extract<Button, { kind: 'turn-page' }>, 'to' | 'from'>,
): Promise<Screen> {
  const { db } = deps;
  const words = asked.words.split(' ').filter(Boolean);
  const filter = filterOf(words, asked.personId);
  const from = turned && parsePosition(turned.from);
  const page = from && (await incidenceViewStore.findAllOpen(db, filter, listed, { to: turned.to, from }));
  // Whatever stood before or beyond may be closed by now: a page is never cut short at its beginning, nor empty.
  const isWhole = page && (turned?.to === 'previous' ? page.length === listed : page.length > 0);
  const incidences = isWhole ? page : await incidenceViewStore.findAllOpen(db, filter, listed);
  const [matching, all, unprocessed, cards] = await Promise.all([
    incidenceViewStore.countOpen(db, filter, incidences[0]),
    incidenceViewStore.countOpen(db, {}),
    inboundStore.countWaiting(db),
    cardStore.findAllByIncidences(
      db,
      incidences.map(({ id }) => id),
    ),
  ]);
  const listId =
    asked.id ??
    (matching.all > incidences.length ? await listStore.insert(db, { ...asked, command: 'open' }, deps.now()) : 0);
  const count = { matching: matching.all, before: matching.before, all: all.all, unprocessed };
  const here = ctx.chat?.id;
  return openList({ incidences, cards, count, words, listId, here }, deps.now(), deps.locale);
}

/** All words narrow the list together, except several severities: an incidence has one. */
function filterOf(words: readonly string[], personId: number): incidenceViewStore.OpenFilter {
  const { read, others: tags } = parseWords(words, grammar);
  return {
    severities: read.severities,
    sources: read.sources,
    tags: tags.map(tagName),
    ...(read.flags.includes('mine') ? { acknowledgedBy: personId } : {}),
    unacknowledged: read.flags.includes('unacked'),
  };
}

async function findUnknownTag(deps: BotDeps, words: readonly string[]): Promise<string | undefined> {
  for (const word of words) if (!(await isKnownTag(deps.db, tagName(word)))) return word;
  return undefined;
}
