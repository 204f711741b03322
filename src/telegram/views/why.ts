import { DateTime } from 'luxon';
import type { StoryLine } from '../../incidences/story.ts';
import { blocks, type Html, html, lines, plainText } from './html.ts';
import type { Locale } from '../locale.ts';
import { longestText } from './incidence-card.ts';
import { type Here, storyLine } from './story-line.ts';

/** How many lines are told, from both ends: as many as fit. */
const lengths = [30, 20, 12, 6] as const;

/** The ledger of an incidence: from the webhook to the last edit. */
export function why(id: number, story: readonly StoryLine[], locale: Locale, here?: Here): Html {
  const [first] = story;
  if (!first) return html`Nothing is known of #${id}.`;
  const day = DateTime.fromJSDate(first.at, { zone: locale.zone }).toISODate();
  const told = (most: number) =>
    blocks([html`🧾 <b>Why #${id}</b> · ${day} · ${locale.zone}`, lines(shortened(story, most, locale, here))]);
  return lengths.map(told).find((text) => [...plainText(text)].length <= longestText) ?? told(2);
}

function shortened(story: readonly StoryLine[], most: number, locale: Locale, here?: Here): Html[] {
  const tell = (entry: StoryLine) => line(entry, locale, here);
  const left = story.length - most;
  if (left <= 0) return story.map(tell);
  const head = Math.ceil(most / 3);
  return [...story.slice(0, head).map(tell), html`… ${left} more …`, ...story.slice(head - most).map(tell)];
}

function line(entry: StoryLine, locale: Locale, here?: Here): Html {
  const at = DateTime.fromJSDate(entry.at, { zone: locale.zone }).toFormat('HH:mm:ss.SSS');
  return html`<code>${at}</code> ${storyLine(entry, here)}`;
}
