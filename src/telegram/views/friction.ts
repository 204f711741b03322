import type { Asked, Conversion, Friction, FrictionCell } from '../../stats/friction.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, lines } from './html.ts';
import { money } from './words.ts';

const maxCells = 8;
const maxNames = 4;

/** Where people get stuck, on one phone screen, and within a caption. */
export function frictionText(friction: Friction, { texts, currency }: Locale): Html {
  const words = texts.friction;
  const { period, cells, waiting, lost, conversion } = friction;
  if (cells.length === 0 && waiting.count === 0 && lost.count === 0)
    return blocks([words.title(period.name), words.empty]);
  return blocks([
    words.title(period.name),
    lines([
      words.waiting(waiting.count, money(waiting.value, currency)),
      words.lost(lost.count, money(lost.value, currency)),
      conversion.asked > 0 && words.ordered(conversion.ordered, conversion.asked, percent(conversion)),
    ]),
    cells.length > 0 &&
      lines([
        words.cells,
        ...cells.slice(0, maxCells).map((cell) => cellLine(cell, texts)),
        cells.length > maxCells && texts.stats.more(cells.length - maxCells),
      ]),
    lines([
      list(
        words.screens,
        friction.screens
          .filter((screen) => screen.name !== null && screen.conversion.ordered > 0)
          .map(({ name, conversion: { ordered, asked } }) => words.conversion(short(name, words), ordered, asked)),
        texts,
      ),
      list(words.events, askedFrom(friction.events, words), texts),
      list(words.guests, askedFrom(friction.guests, words), texts),
    ]),
  ]);
}

function cellLine({ screen, stage, opened, score }: FrictionCell, texts: Texts): Html {
  const { friction, card } = texts;
  return friction.cell(
    screen === null ? friction.noScreen : clip(screen, 30),
    stage === null ? friction.noStage : card.stages[stage],
    opened,
    score === null ? undefined : String(Math.round(score)),
  );
}

/** Nothing where the shop tells nothing of it. */
function askedFrom(all: readonly Asked[], words: Texts['friction']): string[] {
  if (all.every(({ name }) => name === null)) return [];
  return all.map(({ name, opened }) => words.asked(short(name, words), opened));
}

function short(name: string | null, words: Texts['friction']): string {
  return name === null ? words.unknown : clip(name, 20);
}

function list(title: string, values: readonly string[], texts: Texts): Html | undefined {
  if (values.length === 0) return undefined;
  const rest = values.length > maxNames ? ['…'] : [];
  return texts.friction.list(title, [...values.slice(0, maxNames), ...rest]);
}

function percent({ asked, ordered }: Conversion): number {
  return asked === 0 ? 0 : Math.round((100 * ordered) / asked);
}
