import { DateTime } from 'luxon';
import { groupings, type Flow, type Group, type Grouping, type Numbers, type Times } from '../stats/numbers.ts';
import { type Period, parsePeriod, periodWords } from '../stats/period.ts';
import type { Week } from '../stats/count-week.ts';
import type { Friction } from '../stats/friction.ts';
import type { Locale } from '../telegram/locale.ts';
import { groupName, inOrder } from '../telegram/views/stats.ts';
import { type Html, html, lines } from '../telegram/views/html.ts';
import { localTime } from '../telegram/views/words.ts';
import { weekSection } from './week.ts';
import { frictionSection } from './friction.ts';
import { duration, table } from './table.ts';

/** `words`: the period as an address carries it. */
export type Asked = Readonly<{ words: string; period: Period; grouping: Grouping }>;

/** What an address asks for. What it does not say, or says wrongly, is this week by severity. */
export function askedOf(query: URLSearchParams, zone: string, now: Date): Asked {
  const grouping = groupings.find((known) => known === query.get('by')) ?? 'severity';
  const [from, to] = [query.get('from'), query.get('to')];
  const words = from && to ? `${from}..${to}` : (query.get('period') ?? '');
  const period = parsePeriod(words, zone, now);
  if (period) return { words, period, grouping };
  const week = parsePeriod('7d', zone, now);
  if (!week) throw new Error('7d is no period');
  return { words: '7d', period: week, grouping };
}

/** The numbers of `/stats`, whole. `open`: the list of what is open. */
export function overview(
  asked: Asked,
  { numbers, week, friction, open }: Readonly<{ numbers: Numbers; week: Week; friction: Friction; open: Html }>,
  locale: Locale,
): Html {
  const { dashboard } = locale.texts;
  return lines([
    choices(asked, locale),
    html`<section aria-labelledby="glance"><h2 id="glance">${dashboard.glance}</h2>${glance(numbers, locale)}</section>`,
    html`<section aria-labelledby="times"><h2 id="times">${dashboard.times}</h2>${times(numbers, locale)}</section>`,
    html`<section aria-labelledby="steps"><h2 id="steps">${dashboard.trend}</h2>${chart('numbers', asked, dashboard.chartOf(dashboard.trend))}${trend(numbers, locale)}</section>`,
    html`<section aria-labelledby="week"><h2 id="week">${dashboard.week}</h2>${weekSection(week, locale)}</section>`,
    html`<section aria-labelledby="groups"><h2 id="groups">${dashboard.by(locale.texts.stats.views[asked.grouping])}</h2>${groups(numbers, locale)}</section>`,
    html`<section aria-labelledby="friction"><h2 id="friction">${dashboard.friction}</h2>${chart('friction', asked, dashboard.chartOf(dashboard.friction))}${frictionSection(friction, locale)}</section>`,
    html`<section aria-labelledby="open"><h2 id="open">${dashboard.openNow}</h2>${open}</section>`,
  ]);
}

/** The picture that `/stats` sends, in the colours of the page. */
function chart(name: 'numbers' | 'friction', { words, grouping }: Asked, alt: string): Html {
  const address = (theme: string) =>
    `dashboard/chart/${name}?period=${encodeURIComponent(words)}&by=${grouping}&theme=${theme}`;
  return html`<picture><source media="(prefers-color-scheme: dark)" srcset="${address('dark')}"><img class="chart" loading="lazy" src="${address('light')}" alt="${alt}"></picture>`;
}

/** Links, so that what is chosen stands in the address. */
function choices({ words, grouping, period }: Asked, { texts, zone }: Locale): Html {
  const { dashboard, stats } = texts;
  const day = (at: Date) => DateTime.fromJSDate(at, { zone }).toISODate() ?? '';
  const choice = (name: string, query: string, isChosen: boolean) =>
    html`<li>${
      isChosen
        ? html`<a href="dashboard?${query}" aria-current="true">${name}</a>`
        : html`<a href="dashboard?${query}">${name}</a>`
    }</li>`;
  const periods = periodWords.map((word) =>
    choice(stats.periods[word], `period=${word}&by=${grouping}`, word === words),
  );
  const bys = groupings.map((by) =>
    choice(stats.views[by], `period=${encodeURIComponent(words)}&by=${by}`, by === grouping),
  );
  return html`<div class="choices">
<nav aria-label="${dashboard.period}"><ul>${lines(periods, '')}</ul></nav>
<form method="get" action="dashboard">
<label>${dashboard.from} <input type="date" name="from" required value="${day(period.from)}"></label>
<label>${dashboard.to} <input type="date" name="to" required value="${day(new Date(period.to.getTime() - 1))}"></label>
<input type="hidden" name="by" value="${grouping}"><button>${dashboard.show}</button>
</form>
<nav aria-label="${dashboard.grouping}"><ul>${lines(bys, '')}</ul></nav>
</div>`;
}

const counted = ['opened', 'acknowledged', 'closed', 'reopened', 'missed'] as const;

function glance({ totals, before }: Numbers, { texts }: Locale): Html {
  const { dashboard, stats } = texts;
  const number = (name: string, value: number, note: string) =>
    html`<div><dt>${name}</dt><dd><strong>${value}</strong> <small>${note}</small></dd></div>`;
  return html`<dl class="numbers">
${lines([
  number(dashboard.openNow, totals.openNow, dashboard.unacknowledged(totals.unacknowledgedNow)),
  ...counted.map((name) => number(stats[name], totals[name], dashboard.before(before.flow[name]))),
])}
</dl>`;
}

const clocks = ['toAcknowledge', 'toAnswer', 'toClose'] as const;

/** A column for each of three times, so that it fits on a phone with business hours too. */
function times({ totals, before, hasBusinessHours }: Numbers, { texts }: Locale): Html {
  const { dashboard } = texts;
  const row = (head: string, cellOf: (name: (typeof clocks)[number]) => Html) =>
    html`<tr><th scope="row">${head}</th>${lines(
      clocks.map((name) => html`<td>${cellOf(name)}</td>`),
      '',
    )}</tr>`;
  const kinds: readonly (readonly ['real' | 'business', string])[] = hasBusinessHours
    ? [
        ['real', dashboard.real],
        ['business', dashboard.business],
      ]
    : [['real', '']];
  const quantiles = kinds.flatMap(([kind, words]) => [
    row(dashboard.median(words), (name) => html`<strong>${duration(totals[name][kind].median)}</strong>`),
    row(dashboard.p90(words), (name) => html`${duration(totals[name][kind].p90)}`),
  ]);
  return table(
    dashboard.times,
    [dashboard.clock, ...clocks.map((name) => dashboard.until[name])],
    [
      ...quantiles,
      row(dashboard.measured, (name) => html`${totals[name].real.n}`),
      row(dashboard.medianBefore, (name) => html`${duration(medianOf(before.flow, name, hasBusinessHours))}`),
    ],
  );
}

function medianOf(flow: Flow, clock: (typeof clocks)[number], hasBusinessHours: boolean): number | null {
  return hasBusinessHours ? flow[clock].business.median : flow[clock].real.median;
}

/** The table behind the chart, folded away. */
function trend({ steps }: Numbers, locale: Locale): Html {
  const { texts } = locale;
  const { dashboard, stats } = texts;
  const isHourly = steps.length > 1 && (steps[1]?.from.getTime() ?? 0) - (steps[0]?.from.getTime() ?? 0) < 7_200_000;
  const when = (at: Date) => localTime(at, locale).toFormat(isHourly ? 'ccc HH:mm' : 'ccc d LLL');
  const rows = steps.map(
    (step) =>
      html`<tr><th scope="row">${when(step.from)}</th><td>${step.opened}</td><td>${step.acknowledged}</td><td>${
        step.closed
      }</td><td>${duration(step.toAcknowledge.real.median)}</td><td>${duration(step.toAnswer.real.median)}</td></tr>`,
  );
  return html`<details><summary>${dashboard.asTable}</summary>${table(
    dashboard.trend,
    [dashboard.since, stats.opened, stats.acknowledged, stats.closed, stats.toAcknowledge, stats.toAnswer],
    rows,
  )}</details>`;
}

function groups({ groups: found, grouping }: Numbers, { texts }: Locale): Html {
  const { dashboard, stats } = texts;
  if (found.length === 0) return html`<p>${dashboard.nothing}</p>`;
  const row = (group: Group) => html`<tr><th scope="row"><bdi>${groupName(group.name, grouping, texts)}</bdi></th>
<td>${group.opened}</td><td>${group.acknowledged}</td><td>${group.closed}</td><td>${group.missed}</td><td>${group.openNow}</td>
<td>${median(group.toAcknowledge)}</td><td>${median(group.toAnswer)}</td><td>${median(group.toClose)}</td></tr>`;
  const heads = [
    stats.views[grouping],
    stats.opened,
    stats.acknowledged,
    stats.closed,
    stats.missed,
    dashboard.openNow,
    stats.toAcknowledge,
    stats.toAnswer,
    stats.toClose,
  ];
  return table(dashboard.by(stats.views[grouping]), heads, inOrder(found, grouping).map(row));
}

function median({ real }: Times): string {
  return duration(real.median);
}
