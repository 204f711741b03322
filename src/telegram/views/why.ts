import { DateTime } from 'luxon';
import type { StoryLine } from '../../incidences/story.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import type { Locale } from './incidence-card.ts';

const most = 30;

/** The ledger of an incidence: from the webhook to the last edit. */
export function why(id: number, story: readonly StoryLine[], locale: Locale): Html {
  const [first] = story;
  if (!first) return html`Nothing is known of #${id}.`;
  const left = story.length - most;
  const told = left > 0 ? [...story.slice(0, 10), ...story.slice(10 - most)] : story;
  const day = DateTime.fromJSDate(first.at, { zone: locale.zone }).toISODate();
  return blocks([
    html`🧾 <b>Why #${id}</b> · ${day} · ${locale.zone}`,
    lines(
      told.flatMap((entry, index) =>
        left > 0 && index === 10 ? [html`… ${left} more …`, line(entry, locale)] : [line(entry, locale)],
      ),
    ),
  ]);
}

function line(entry: StoryLine, locale: Locale): Html {
  const at = DateTime.fromJSDate(entry.at, { zone: locale.zone }).toFormat('HH:mm:ss.SSS');
  return html`<code>${at}</code> ${entry.what.replaceAll('_', ' ')}${entry.detail ? ` · ${clip(entry.detail, 90)}` : ''}`;
}
