import type { IncidenceView } from '../incidences/incidence-view-store.ts';
import type { StoryLine } from '../incidences/story.ts';
import type { Locale } from '../telegram/locale.ts';
import { type Html, html, lines } from '../telegram/views/html.ts';
import { incidenceCard } from '../telegram/views/incidence-card.ts';
import { storyLine } from '../telegram/views/story-line.ts';
import { localTime } from '../telegram/views/words.ts';

/** The card as the team sees it, and everything that happened. */
export function incidencePage(incidence: IncidenceView, story: readonly StoryLine[], now: Date, locale: Locale): Html {
  const { dashboard } = locale.texts;
  const { text } = incidenceCard(incidence, { kind: 'main' }, locale, { lateSeconds: null, earlierAt: now });
  return html`<article class="card" dir="auto">${text}</article>
${incidence.transcript ? html`<p><a href="${incidence.id}/transcript">${dashboard.showTranscript}</a></p>` : ''}
<section aria-labelledby="story"><h2 id="story">${dashboard.story}</h2>
<ol class="story">
${lines(story.map((event) => storyItem(event, locale)))}
</ol></section>`;
}

function storyItem(event: StoryLine, locale: Locale): Html {
  const at = localTime(event.at, locale);
  return html`<li><time datetime="${event.at.toISOString()}">${at.toFormat('d LLL HH:mm:ss')}</time> <span dir="auto">${storyLine(event, locale)}</span></li>`;
}
