import type { Audience } from '../../../escalation/policy.ts';
import { type Html, html } from '../../views/html.ts';
import { counted } from './words.ts';

/** /escalation, and the reminders it causes. */
export const escalation = {
  leadsOnly: html`Only leads and admins can change the escalation. Send /escalation to see it.`,
  title: html`<b>Who is reminded while nobody acknowledges</b>`,
  line: (mark: string, severity: string, steps: string) => html`${mark} ${severity}: ${steps}`,
  never: 'nobody',
  step: (time: string, whom: Audience) => `after ${time} ${audiences[whom]}`,
  answer: (time: string) =>
    html`Acknowledged, but not answered in Chatwoot: after ${time}, whoever acknowledged it is reminded; after another ${time}, it is open again.`,
  answerOff: html`Acknowledged, but not answered in Chatwoot: nobody is reminded.`,
  meaning: html`Times count from when it opened or was released. If nobody is on duty, the leads are reminded; “everyone” also gets a private message.`,
  howTo: html`Change (leads): <code>/escalation critical 2m duty, 5m leads, 10m everyone</code>, <code>/escalation low off</code>, <code>/escalation answer 10m</code> or <code>/escalation answer off</code>`,
  changes: html`<b>Last changes</b>`,
  change: (at: string, change: string, by: string) => html`${at} ${change}, by ${by}`,
  changed: html`✅ Changed. It also applies to what is open now.`,
  before: (was: Html) => html`Before: ${was}`,
  unchanged: html`Nothing changed: it was set that way already.`,
  notUnderstood: html`Send a severity with times and whom to remind: <code>/escalation high 10m duty, 20m leads</code>. Or <code>/escalation high off</code>, <code>/escalation answer 10m</code>, <code>/escalation answer off</code>.`,
  notAStep: (text: string) =>
    html`I can't read “${text}”. Write a time such as 30s, 2m or 1h, and for a severity whom to remind: duty, leads or everyone.`,
  outOfRange: (text: string) => html`“${text}” is out of range: times go from 30s to 168h.`,
  wrongOrder: (text: string) =>
    html`“${text}” is not later than the step before it. List the steps from the earliest to the latest.`,
  tooMany: (most: number) => html`That is too many steps: up to ${most} for each severity.`,

  unacknowledged: (mark: string, number: Html, waited: string) =>
    html`⏰ ${mark} <b>${number} is unacknowledged</b> · ${waited}`,
  manyUnacknowledged: (counts: string, oldest: string) => html`⏰ <b>${counts} unacknowledged</b>, oldest ${oldest}`,
  count: (count: number, severity: string) => counted(count, severity),
  listed: (mark: string, number: Html, who: string, waited: string) => html`${mark} ${number} ${who} · ${waited}`,
  more: (count: number) => html`… and ${count} more. /open unacked lists them.`,
  unanswered: (mark: string, number: Html, holder: string, since: string) =>
    html`⏰ ${mark} <b>${number}: no answer to the customer yet</b> · acknowledged by ${holder} ${since} ago`,
  openAgain: (mark: string, number: Html, holder: string) =>
    html`🔁 ${mark} <b>${number} is open again</b>: ${holder} acknowledged it and did not answer in time`,
  number: (id: number) => `#${id}`,
};

const audiences: Readonly<Record<Audience, string>> = {
  duty: 'those on duty',
  leads: 'the leads',
  everyone: 'everyone',
};
