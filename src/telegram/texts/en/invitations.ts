import type { Role } from '../../../people/person.ts';
import { html } from '../../views/html.ts';

/** /invite, and what happens when its link is opened. */
export const invitations = {
  leadsOnly: html`Only leads and admins can invite people. Ask one of them.`,
  agentsOnly: html`Leads can invite agents. Only admins can invite leads.`,
  usage: html`Whom do you want to invite? <code>/invite agent</code> or, for admins, <code>/invite lead</code>`,
  link: (role: 'agent' | 'lead', link: string, days: number) =>
    html`✉️ This link makes whoever opens it first ${role === 'lead' ? 'a lead' : 'an agent'}. Send it to that person. It works once, within ${days} days:\n\n${link}`,
  sentInPrivate: html`I sent you the link in private.`,
  startFirst: (username: string) =>
    html`The link is sent in private. Open https://t.me/${username}, press Start, and send /invite again.`,
  welcome: (name: string, role: Role) =>
    html`👋 Welcome to the team, ${name}. You are <b>${role === 'agent' ? 'an agent' : role === 'lead' ? 'a lead' : 'an admin'}</b>, here and in the team chat. I write to you here about what concerns you: reminders, hand-overs, answers.`,
  firstSteps: html`/mine lists what you hold, /open what waits; /onduty starts your shift; /help explains the rest.`,
  wasThere: html`You are already on the team. The link still works for somebody else.`,
};
