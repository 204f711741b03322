import { html } from '../../views/html.ts';
import type { Grouping } from '../../../stats/stats-store.ts';

export const stats = {
  title: (period: string) => html`📊 <b>Stats for ${period}</b>`,
  empty: html`Nothing happened, and nothing is open.`,
  opened: (count: number) => html`Opened: <b>${count}</b>`,
  acknowledged: (count: number) => html`Acknowledged: <b>${count}</b>`,
  closed: (count: number) => html`Closed: <b>${count}</b>`,
  openNow: (count: number) => html`Open now: <b>${count}</b>`,
  missed: (count: number) => html`Missed chats: <b>${count}</b> (the visitor left without an answer)`,
  medianToAcknowledge: (span: string) => html`Median time to acknowledge: <b>${span}</b>`,
  medianToClose: (span: string) => html`Median time to close: <b>${span}</b>`,
  by: (grouping: Grouping, hasMedians: boolean) =>
    html`<b>By ${groupings[grouping]}</b>${hasMedians ? ' (median times in parentheses)' : ''}`,
  more: (count: number) => html`… and ${count} more`,
  groupOpened: (count: number) => `${count} opened`,
  groupAcknowledged: (count: number) => `${count} acknowledged`,
  groupClosed: (count: number) => `${count} closed`,
  groupOpen: (count: number) => `${count} open`,
  groupMissed: (count: number) => `${count} missed`,
  noAgent: 'no agent',
  noTag: 'no tag',
  unknown: 'unknown',
  notUnderstood: (word: string, periods: string, groups: string) =>
    html`/stats doesn't know “${word}”. Use a period (${periods}), a grouping (${groups}) or both: /stats 7d agent`,
};

const groupings: Readonly<Record<Grouping, string>> = {
  severity: 'severity',
  source: 'source',
  agent: 'agent',
  tag: 'tag',
  screen: 'screen',
};
