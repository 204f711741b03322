import { html } from '../../views/html.ts';
import { counted } from './words.ts';

/** /onduty, /offduty, /duty and the hand-over card. */
export const duty = {
  on: (who: string, isYou: boolean, until: string | undefined) =>
    html`🟢 ${isYou ? 'You are' : `${who} is`} <b>on duty</b>${until === undefined ? ' until /offduty' : ` until ${until}`}.`,
  off: (who: string, isYou: boolean) => html`⚪ ${isYou ? 'You are' : `${who} is`} <b>off duty</b>.`,
  wasNotOn: (who: string, isYou: boolean) => html`${isYou ? 'You were' : `${who} was`} not on duty. /onduty starts it.`,
  handsOver: (count: number) => html`${counted(count, 'incidence')} to hand over: see the card below.`,
  nothingWaits: html`✅ Nothing waits: every incidence is acknowledged.`,
  usage: html`Send <code>/onduty</code>, <code>/onduty 2h</code> or <code>/onduty 18:00</code>. Leads can add a name: <code>/onduty @ana 2h</code>`,
  leadsOnly: html`Only leads and admins can change who else is on duty.`,
  unknownPerson: (name: string) =>
    html`I don't know ${name}. Ask them to send /whoami in the team chat, then try again.`,
  tooLong: html`That is too long: at most 24 hours. Without a time, duty lasts until /offduty.`,

  title: html`<b>On duty</b>`,
  line: (name: string, until: string | undefined) =>
    html`🟢 ${name} · ${until === undefined ? 'until they end it' : `until ${until}`}`,
  nobody: (leads: string) =>
    leads === '' ? html`Nobody is on duty.` : html`Nobody is on duty. Reminders go to ${leads}.`,
  opens: (at: string) => html`Business opens ${at}.`,
  nextToLeave: (name: string, at: string) => html`Next to leave: ${name}, ${at}.`,

  ended: (name: string) => html`⚪ ${name} is <b>off duty</b>: their time is up. <code>/onduty 2h</code> extends it.`,
  nobodyForCritical: html`⚠️ <b>Something critical is open and nobody is on duty.</b> /onduty puts you on duty; until then reminders go to the leads.`,

  handover: (name: string, count: number) => html`🤝 <b>${name} hands over ${counted(count, 'incidence')}</b>`,
  handoverCounts: (unanswered: number, oldest: string) => html`${unanswered} without an answer · oldest ${oldest}`,
  alsoOpen: (count: number) => html`Also open and unacknowledged: ${count}. /open unacked lists them.`,
  held: (mark: string, id: number, who: string, waited: string) => html`${mark} <b>#${id}</b> ${who} · ${waited}`,
  noAnswer: 'no answer yet',
  note: (note: string) => `note: ${note}`,
  more: (count: number) => html`… and ${count} more`,
  handoverDone: html`Nothing is left to hand over.`,
  taken: (name: string, by: string) => html`✅ <b>${by} has what ${name} handed over</b>`,
  takeInTeamChat: html`Press <b>I have it</b> in the team chat to take them.`,
  handoverForYou: (name: string) => html`🤝 What ${name} hands over waits for somebody.`,
  startMe: html`✉️ I can't write to you in private yet. Open the private chat with me and press <b>Start</b>: then reminders and hand-overs reach you there too.`,
  openPrivateChat: 'Open the private chat',
  haveIt: 'I have it',
  yours: (count: number) => (count === 1 ? 'It is yours' : `${count} incidences are yours. Send /mine to list them.`),
  nothingLeft: 'Nothing is left: others have taken or closed everything',
  alreadyTaken: (by: string | null) => `Already taken by ${by ?? 'someone'}`,
};
