import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import type { IncidenceView, OpenFilter } from '../incidences/incidence-view-store.ts';
import type { Db } from '../database/connect.ts';
import { severities } from '../sources/severity.ts';
import { sourceNames } from '../sources/source-event.ts';
import type { Locale } from '../telegram/locale.ts';
import { type Html, html, lines } from '../telegram/views/html.ts';
import { localTime, severityMark, span } from '../telegram/views/words.ts';
import { clip } from '../transcripts/clip.ts';

/** More than this nobody reads; filters narrow it. */
const mostListed = 200;

/** What an address asks for: `severity`, `source`, `tag`, `unacked=1`. What it says wrongly is ignored. */
export function filterOf(query: URLSearchParams): OpenFilter {
  const severity = severities.find((known) => known === query.get('severity'));
  const source = sourceNames.find((known) => known === query.get('source'));
  const tag = query.get('tag')?.trim().toLowerCase();
  return {
    ...(severity ? { severities: [severity] } : {}),
    ...(source ? { sources: [source] } : {}),
    ...(tag ? { tags: [tag] } : {}),
    ...(query.get('unacked') ? { unacknowledged: true } : {}),
  };
}

/** The list that a page keeps current by itself, worst first. */
export async function openList(
  db: Db,
  { filter, root, most = mostListed }: Readonly<{ filter: OpenFilter; root: string; most?: number }>,
  now: Date,
  locale: Locale,
): Promise<Html> {
  const { dashboard } = locale.texts;
  const [incidences, { all }] = await Promise.all([
    incidenceViewStore.findAllOpen(db, filter, most),
    incidenceViewStore.countOpen(db, filter),
  ]);
  if (incidences.length === 0) return html`<p>${dashboard.noneOpen}</p>`;
  const rest = all - incidences.length;
  return html`<p>${dashboard.open(all)}</p>
<ol class="incidences">
${lines(incidences.map((incidence) => item(incidence, { root, now }, locale)))}
</ol>${rest > 0 ? html`<p>${dashboard.more(rest)}</p>` : ''}`;
}

export function filterForm(query: URLSearchParams, { texts }: Locale): Html {
  const { dashboard } = texts;
  const options = (name: string, all: string, known: readonly (readonly [string, string])[]) =>
    html`<option value="">${all}</option>${lines(
      known.map(([value, label]) =>
        value === query.get(name)
          ? html`<option value="${value}" selected>${label}</option>`
          : html`<option value="${value}">${label}</option>`,
      ),
      '',
    )}`;
  const worstFirst = severities.toReversed().map((severity) => [severity, texts.severities[severity]] as const);
  const sources = sourceNames.map((source) => [source, texts.sources[source] ?? source] as const);
  return html`<form class="choices" method="get" action="open">
<label>${dashboard.severity} <select name="severity">${options('severity', dashboard.any, worstFirst)}</select></label>
<label>${dashboard.source} <select name="source">${options('source', dashboard.any, sources)}</select></label>
<label>${dashboard.tag} <input name="tag" value="${query.get('tag') ?? ''}"></label>
<label><input type="checkbox" name="unacked" value="1"${query.get('unacked') ? html` checked` : ''}> ${dashboard.onlyUnacknowledged}</label>
<button>${dashboard.show}</button>
</form>`;
}

/** `excerpt`: what of it was looked for. */
export function item(
  incidence: IncidenceView,
  { root, now, excerpt }: Readonly<{ root: string; now: Date; excerpt?: Html | undefined }>,
  locale: Locale,
): Html {
  const { texts } = locale;
  const { dashboard, severities: names } = texts;
  const { id, severity, status, customerName, customerEmail, externalId, acknowledgedByName, closedAt } = incidence;
  const who = customerName ?? customerEmail ?? texts.openList.conversation(externalId);
  const about = [incidence.title ?? incidence.reason, incidence.message].filter(Boolean).join(' · ');
  const since = status === 'closed' ? (closedAt ?? now) : (incidence.openSince ?? incidence.openedAt);
  const state = status === 'acknowledged' ? (acknowledgedByName ?? texts.toasts.someone) : dashboard.states[status];
  return html`<li class="${severity}"><a href="${root}dashboard/incidence/${id}"><span class="mark" role="img" aria-label="${
    names[severity]
  }">${severityMark(severity)}</span> <b>#${id}</b> <bdi>${clip(who, 60)}</bdi></a>
<span class="about" dir="auto">${excerpt ?? clip(about.replaceAll(/\s+/g, ' '), 120)}</span>
<span class="state"><bdi>${state}</bdi> · <time datetime="${since.toISOString()}" title="${localTime(since, locale).toFormat('d LLL yyyy HH:mm')}">${span(now.getTime() - since.getTime())}</time></span></li>`;
}
