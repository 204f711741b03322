import { DateTime } from 'luxon';
import type { StoryLine } from '../../incidences/story.ts';
import { blocks, type Html, html, lines, plainText } from './html.ts';
import type { Locale } from '../locale.ts';
import { longestText } from './incidence-card.ts';
import { shownText } from './shown-incidence.ts';
import { type Here, storyLine } from './story-line.ts';

/** How many lines are shown, from both ends: as many as fit. */
const lengths = [30, 20, 12, 6, 2] as const;

/** Everything that happened to an incidence: from the webhook to the last edit. */
export function why(id: number, story: readonly StoryLine[], locale: Locale, here?: Here): Html {
  const [first] = story;
  if (!first) return html`${locale.texts.why.nothing(id)}`;
  const shown = (max: number) =>
    blocks([
      html`🧾 <b>${locale.texts.why.title} #${id}</b> · ${dayOf(first, locale)} · ${locale.zone}`,
      lines(shortened(story, max, locale, here)),
    ]);
  const fits = (text: Html) => [...plainText(text)].length <= longestText;
  return lengths.map(shown).find(fits) ?? shown(1);
}

function shortened(story: readonly StoryLine[], max: number, locale: Locale, here?: Here): Html[] {
  const left = story.length - max;
  if (left <= 0) return withDays(story, story[0], locale, here);
  const head = Math.ceil(max / 3);
  const beginning = story.slice(0, head);
  return [
    ...withDays(beginning, story[0], locale, here),
    html`${locale.texts.why.more(left)}`,
    ...withDays(story.slice(head - max), beginning.at(-1), locale, here),
  ];
}

/** Adds a date where the day changes; `before` is the line above the first one. */
function withDays(story: readonly StoryLine[], before: StoryLine | undefined, locale: Locale, here?: Here): Html[] {
  let day = before && dayOf(before, locale);
  return story.flatMap((entry) => {
    const isNewDay = dayOf(entry, locale) !== day;
    day = dayOf(entry, locale);
    return isNewDay ? [html`<b>${day}</b>`, line(entry, locale, here)] : [line(entry, locale, here)];
  });
}

function dayOf({ at }: StoryLine, { zone }: Locale): string {
  return DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd');
}

function line(entry: StoryLine, locale: Locale, here?: Here): Html {
  const at = DateTime.fromJSDate(entry.at, { zone: locale.zone }).toFormat('HH:mm:ss.SSS');
  return html`<code>${at}</code> ${shownText(storyLine(entry, locale, here), locale.cards())}`;
}
