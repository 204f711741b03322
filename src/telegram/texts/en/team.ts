import type { Role } from '../../../people/person.ts';
import { html } from '../../views/html.ts';

/** /team and /role: who the team is, and what each may do. */
export const team = {
  adminsOnly: html`Only admins can see and change who has which role. Ask one of them.`,
  heading: (count: number) => html`👥 <b>Team: ${count}</b>`,
  roles: { admin: 'Admins', lead: 'Leads', agent: 'Agents' } satisfies Record<Role, string>,
  group: (role: string) => html`<b>${role}</b>`,
  person: (name: string, username: string | null, id: number) =>
    html`${name}${username === null ? '' : ` (@${username})`}: <code>${id}</code>`,
  more: (count: number) => html`… and ${count} more`,
  nobodyYet: html`No agent or lead is known yet. Members of the team chat are agents, and are listed once they press a button or send a command.`,
  howTo: html`To add somebody: /invite. To take somebody off the team: /remove. To change a role, reply to a person's message with <code>/role lead</code> (or agent, or admin), or send <code>/role 500000101 lead</code>.`,
  changes: html`<b>Last changes</b>`,
  change: (at: string, change: string, by: string) => html`${at} ${change}, by ${by}`,
  usage: html`Reply to a person's message with <code>/role lead</code> (or agent, or admin), or send their ID: <code>/role 500000101 lead</code>. /team lists the IDs.`,
  isAdmin: (name: string) =>
    html`Nothing was changed: ${name} is an admin because of TELEGRAM_ADMIN_IDS, which only whoever runs Bellhop can change.`,
  unknownId: (id: number) =>
    html`I don't know anybody with the ID ${id}. Ask them to send /whoami in the team chat, then try again.`,
  notAPerson: html`That message is from a bot or from a group or channel, so I can't tell who wrote it. Send the person's ID instead: <code>/role 500000101 lead</code>`,
  changed: (name: string, role: Role) =>
    role === 'agent'
      ? html`✅ ${name} is now an agent: they can act in the team chat as long as they are in it.`
      : html`✅ ${name} is now ${aRole(role)}, also in a private chat with me.`,
  before: (role: Role | null) => html`Before: ${role === null ? 'removed from the team' : aRole(role)}.`,
  unchanged: (name: string, role: Role) => html`Nothing changed: ${name} was already ${aRole(role)}.`,
  removeUsage: html`Send the person's ID: <code>/remove 500000101</code>. /team lists the IDs. Or reply to a message of theirs with /remove.`,
  removed: (name: string) =>
    html`✅ ${name} is no longer on the team: their commands and buttons are refused, also in the team chat. What they acknowledged stays theirs until somebody releases it; if they were on duty, they hand over. To take them back: <code>/role</code> or <code>/invite</code>. They stay in the group until you remove them there.`,
  wasRemoved: (name: string) => html`Nothing changed: ${name} was not on the team.`,
  lastAdmin: (name: string) =>
    html`Nothing was changed: ${name} is the last admin, and somebody must be one. Make another person an admin first: <code>/role 500000101 admin</code>`,
};

function aRole(role: Role): string {
  return role === 'lead' ? 'a lead' : `an ${role}`;
}
