import { InlineKeyboard } from 'grammy';
import { severities } from '../../sources/severity.ts';
import { type Clock, type Group, type Grouping, groupings, type Numbers, type Times } from '../../stats/numbers.ts';
import { periodWords } from '../../stats/period.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Dates, Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, html, isolated, lines, plainText } from './html.ts';
import { localTime, severityMark, span } from './words.ts';

/** Characters of a caption (Bot API, sendPhoto): the numbers stand under a picture. */
const longestCaption = 1024;
const maxGroups = 12;

/** The numbers of a period on one phone screen: the whole team's first, then the busiest groups. */
export function statsText(numbers: Numbers, locale: Locale): Html {
  const { texts } = locale;
  const { stats } = texts;
  const { totals, before, period, grouping } = numbers;
  const title = stats.title(period.name);
  if (isEmpty(numbers)) return blocks([title, stats.empty]);
  const count = (name: 'opened' | 'acknowledged' | 'closed' | 'reopened' | 'missed') =>
    stats.count(stats[name], totals[name], before.flow[name]);
  const has = (name: 'reopened' | 'missed') => totals[name] + before.flow[name] > 0;
  const head = [
    lines([title, stats.comparedWith(days(before, locale))]),
    lines([
      count('opened'),
      count('acknowledged'),
      count('closed'),
      has('reopened') && count('reopened'),
      has('missed') && count('missed'),
      stats.openNow(totals.openNow, totals.unacknowledgedNow),
    ]),
    lines([
      stats.times(numbers.hasBusinessHours),
      time(stats.toAcknowledge, totals.toAcknowledge, numbers, texts),
      time(stats.toAnswer, totals.toAnswer, numbers, texts),
      time(stats.toClose, totals.toClose, numbers, texts),
    ]),
  ];
  const listed = inOrder(numbers.groups, grouping).map((group) => groupLine(group, grouping, texts));
  const by = stats.by(grouping, hasMedians(numbers.groups));
  for (let shown = Math.min(listed.length, maxGroups); shown > 0; shown -= 1) {
    const rest = listed.length - shown;
    const text = blocks([...head, lines([by, ...listed.slice(0, shown), rest > 0 && stats.more(rest)])]);
    if (plainText(text).length <= longestCaption) return text;
  }
  return blocks(head);
}

function isEmpty({ totals }: Numbers): boolean {
  const { opened, acknowledged, closed, reopened, missed, openNow } = totals;
  return opened + acknowledged + closed + reopened + missed + openNow === 0;
}

/** `12 Nov` or `12 Nov – 18 Nov`. */
function days({ from, to }: Readonly<{ from: Date; to: Date }>, dates: Dates): string {
  const [first, last] = [from.getTime(), to.getTime() - 1].map((at) =>
    localTime(new Date(at), dates).toFormat('d LLL'),
  );
  return first === last ? `${first}` : `${first} – ${last}`;
}

function time(name: string, { real, business }: Times, { hasBusinessHours }: Numbers, { stats }: Texts): Html {
  if (real.n === 0) return stats.noTime(name);
  return stats.time(name, real.n, quantiles(real), hasBusinessHours ? quantiles(business) : undefined);
}

export function quantiles({ median, p90 }: Clock): string {
  return `${duration(median)}, ${duration(p90)}`;
}

/** `critical: 3 opened, 2 acknowledged (40 s), 1 closed (5 min), 2 open`; zeros are left out. */
function groupLine(group: Group, grouping: Grouping, texts: Texts): Html {
  const { stats } = texts;
  const parts = [
    group.opened > 0 && stats.groupOpened(group.opened),
    group.acknowledged > 0 && stats.groupAcknowledged(group.acknowledged) + inBrackets(group.toAcknowledge),
    group.closed > 0 && stats.groupClosed(group.closed) + inBrackets(group.toClose),
    group.reopened > 0 && stats.groupReopened(group.reopened),
    group.openNow > 0 && stats.groupOpen(group.openNow),
    group.missed > 0 && stats.groupMissed(group.missed),
  ];
  return html`<b>${isolated(groupName(group.name, grouping, texts))}</b>: ${parts.filter(Boolean).join(', ')}`;
}

function hasMedians(groups: readonly Group[]): boolean {
  return groups.some(({ toAcknowledge, toClose }) => toAcknowledge.real.n + toClose.real.n > 0);
}

function inBrackets({ real }: Times): string {
  return real.n === 0 ? '' : ` (${duration(real.median)})`;
}

export function groupName(name: string | null, grouping: Grouping, texts: Texts): string {
  const { stats } = texts;
  switch (grouping) {
    case 'severity': {
      const severity = severities.find((known) => known === name);
      return severity ? `${severityMark(severity)} ${texts.severities[severity]}` : '';
    }
    case 'source':
      return name ?? '';
    case 'agent':
      return clip(name ?? stats.noAgent, 40);
    case 'tag':
      return name ?? stats.noTag;
    case 'inbox':
    case 'stage':
    case 'screen':
      return clip(name ?? stats.unknown, 40);
  }
}

/** Severities are listed worst first, other groups in the order given. */
export function inOrder(groups: readonly Group[], grouping: Grouping): readonly Group[] {
  if (grouping !== 'severity') return groups;
  return severities.toReversed().flatMap((severity) => groups.filter(({ name }) => name === severity));
}

function duration(seconds: number | null): string {
  return seconds === null ? '–' : span(seconds * 1000);
}

/** What `/stats` shows of a period: its numbers by a grouping, or the friction. */
export const statsViews = [...groupings, 'friction'] as const;
export type StatsView = (typeof statsViews)[number];

/** Other periods and views, which the same message then shows, and what stands behind the numbers. */
export function statsKeyboard(chosen: Readonly<{ period: string; view: StatsView }>, texts: Texts): InlineKeyboard {
  const { stats } = texts;
  const keyboard = new InlineKeyboard();
  const mark = (name: string, isChosen: boolean) => (isChosen ? stats.chosen(name) : name);
  const data = (kind: 'show-stats' | 'explain-stats' | 'send-rows', change: Partial<typeof chosen> = {}) => {
    const { period, view } = { ...chosen, ...change };
    return encode({ kind, id: statsViews.indexOf(view), period });
  };
  for (const period of periodWords) {
    keyboard.text(mark(stats.periods[period], period === chosen.period), data('show-stats', { period }));
  }
  statsViews.forEach((view, index) => {
    if (index % 4 === 0) keyboard.row();
    keyboard.text(mark(stats.views[view], view === chosen.view), data('show-stats', { view }));
  });
  return keyboard.row().text(stats.explain, data('explain-stats')).text(stats.rows, data('send-rows'));
}
