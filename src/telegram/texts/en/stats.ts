import { html, type Html } from '../../views/html.ts';
import type { Grouping } from '../../../stats/numbers.ts';
import type { StatsView } from '../../views/stats.ts';

const views: Readonly<Record<StatsView, string>> = {
  severity: 'Severity',
  source: 'Source',
  inbox: 'Inbox',
  agent: 'Agent',
  tag: 'Tag',
  stage: 'Stage',
  screen: 'Screen',
  friction: 'Friction',
};

export const stats = {
  title: (period: string) => html`📊 <b>Stats for ${period}</b>`,
  comparedWith: (days: string) => html`In brackets: ${days}`,
  empty: html`Nothing happened, and nothing is open.`,
  opened: 'Opened',
  acknowledged: 'Acknowledged',
  closed: 'Closed',
  reopened: 'Reopened',
  missed: 'Missed chats',
  openNow: (count: number, unacknowledged: number) =>
    html`Open now: <b>${count}</b>${count > 0 ? `, ${unacknowledged} of them unacknowledged` : ''}`,
  count: (name: string, count: number, before: number) => html`${name}: <b>${count}</b> (${before})`,
  times: (hasBusinessHours: boolean) =>
    html`<b>Median time, 90th percentile${hasBusinessHours ? '; in business hours' : ''}</b>`,
  toAcknowledge: 'To the acknowledgement',
  toAnswer: 'To the first answer',
  toClose: 'To the close',
  time: (name: string, n: number, quantiles: string, inBusinessHours: string | undefined) =>
    html`${name}: <b>${quantiles}</b>${inBusinessHours === undefined ? '' : `; ${inBusinessHours}`} (of ${n})`,
  noTime: (name: string) => html`${name}: –`,
  by: (grouping: Grouping, hasMedians: boolean) =>
    html`<b>By ${views[grouping].toLowerCase()}</b>${hasMedians ? ' (median times in parentheses)' : ''}`,
  more: (count: number) => html`… and ${count} more`,
  groupOpened: (count: number) => `${count} opened`,
  groupAcknowledged: (count: number) => `${count} acknowledged`,
  groupClosed: (count: number) => `${count} closed`,
  groupReopened: (count: number) => `${count} reopened`,
  groupOpen: (count: number) => `${count} open`,
  groupMissed: (count: number) => `${count} missed`,
  noAgent: 'no agent',
  noTag: 'no tag',
  unknown: 'unknown',
  notUnderstood: (word: string, periods: string, groups: string) =>
    html`/stats doesn't know “${word}”. Use a period (${periods}), a grouping (${groups}) or both: /stats 7d agent`,
  periods: { today: 'Today', yesterday: 'Yesterday', '7d': '7 days', '30d': '30 days', '90d': '90 days' },
  views,
  chosen: (name: string) => `✓ ${name}`,
  explain: 'How is this counted?',
  rows: 'Rows',
  rowsOf: (view: StatsView, period: string) => html`${views[view]}, ${period}`,
  filesForbidden: html`Files are not allowed in this chat. Ask in another chat, or allow me to send files here.`,
  explanations: (zone: string, hasBusinessHours: boolean): readonly Html[] => [
    html`<b>How the numbers are counted</b>`,
    html`<b>Opened</b>: incidences that were opened in the period. Reopened ones are counted separately.`,
    html`<b>Acknowledged, closed, reopened</b>: how often that happened in the period. An incidence that was closed twice counts twice; what happens after the period changes nothing.`,
    html`<b>Missed chats</b>: chats that ended before an agent answered.`,
    html`<b>Open now</b>: what is open or acknowledged at this moment, whatever the period.`,
    html`<b>To the acknowledgement</b>: from the opening, release or reopening to the acknowledgement in Telegram.`,
    html`<b>To the first answer</b>: from the opening or reopening to the first message of a person to the customer, in the period in which Bellhop learned of it. Bots do not count. Tawk.to reports answers with the transcript, when the chat is over.`,
    html`<b>To the close</b>: from the opening or reopening to the close, also when it was released or snoozed meanwhile.`,
    html`<b>Median</b>: half were faster. <b>90th percentile</b>: nine in ten were faster. “of 12”: how many were measured.`,
    hasBusinessHours
      ? html`<b>In business hours</b>: the same without the time outside BUSINESS_HOURS. Opened at night and acknowledged when business opens is 0 s.`
      : html`<b>Business hours</b>: BUSINESS_HOURS is “always”, so there is one time each.`,
    html`<b>In brackets</b>: the same number of days before that; for today, yesterday until the same time. Days are those of ${zone}.`,
    html`<b>Groups</b> go by what the incidence is now: its severity, tags, inbox, stage and screen. By agent, each action is that person's; an opened one is the first person's who acknowledged it, and an answer is the holder's.`,
  ],
};
