import { InlineKeyboard } from 'grammy';
import { type Condition, conditionsText, conditionText } from '../../routes/route.ts';
import type { ListedRoute } from '../../routes/route-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { RouteProblem } from '../parse-route.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';

const perPage = 8;

/** All routes, a page at a time, with a button each that removes it. `above`: what just happened. */
export function routeList(
  routes: readonly ListedRoute[],
  wanted: number,
  { routes: words }: Texts,
  above?: Readonly<{ text: Html; changeId: number }>,
): Screen {
  const keyboard = new InlineKeyboard();
  if (routes.length === 0) {
    if (above) addUndo(keyboard, above.changeId, words);
    return { text: blocks([above?.text, words.none]), keyboard };
  }
  const pages = Math.ceil(routes.length / perPage);
  const page = Math.min(wanted, pages - 1);
  const first = page * perPage;
  const shown = routes.slice(first, first + perPage);
  shown.forEach(({ id }, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(words.remove(first + index + 1), encode({ kind: 'remove-route', id, page }));
  });
  keyboard.row();
  if (page > 0) keyboard.text('‹', encode({ kind: 'routes-page', id: page - 1 }));
  if (page < pages - 1) keyboard.text('›', encode({ kind: 'routes-page', id: page + 1 }));
  if (above) addUndo(keyboard, above.changeId, words);
  return {
    text: blocks([
      above?.text,
      lines([words.title(routes.length), ...shown.map((route, index) => line(route, first + index + 1, words))]),
      words.rest,
    ]),
    keyboard,
  };
}

function line({ conditions, title, isLost, lostReason }: ListedRoute, number: number, words: Texts['routes']): Html {
  return lines([
    words.line(number, clip(conditionsText(conditions), 150), isolated(clip(title, 80))),
    isLost && words.lost(clip(lostReason ?? '?', 100)),
  ]);
}

/** What was typed cannot be a route: why, and how to write one. */
export function routeUsage(problem: RouteProblem, { routes: words }: Texts): Html {
  return blocks([reasonOf(problem, words), words.usage]);
}

function reasonOf(problem: RouteProblem, words: Texts['routes']): Html | undefined {
  switch (problem.kind) {
    case 'nothing':
      return undefined;
    case 'unclosed-quote':
      return words.unclosedQuote;
    case 'unknown':
      return words.unknown(clip(problem.word, 60));
    case 'unnamed':
      return words.unnamed(clip(problem.word, 60));
    case 'contradiction': {
      const [one, other] = problem.between.map((condition: Condition) => clip(conditionText(condition), 60));
      return words.contradiction(one ?? '', other ?? '');
    }
  }
}

export function undoKeyboard(changeId: number, { routes }: Texts): InlineKeyboard {
  return addUndo(new InlineKeyboard(), changeId, routes);
}

/** Last, so that the buttons above stay where they are: a second tap on one of them must not undo the first. */
export function addUndo(keyboard: InlineKeyboard, changeId: number, words: Texts['routes']): InlineKeyboard {
  if (keyboard.inline_keyboard.at(-1)?.length) keyboard.row();
  return keyboard.text(words.undo, encode({ kind: 'undo-setting', id: changeId }));
}
