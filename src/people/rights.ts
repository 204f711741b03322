import type { Role } from './person.ts';

const ranks = { agent: 0, lead: 1, admin: 2 } as const satisfies Record<Role, number>;

/** The lowest role that may do it. What is not listed, every agent may. */
const lowestRole = {
  'manage-severity-rules': 'lead',
  'change-escalation': 'lead',
  'set-duty-of-others': 'lead',
  'manage-routes': 'lead',
  'keep-quiet': 'lead',
  'change-settings': 'lead',
  export: 'lead',
  'see-dashboard': 'lead',
  'invite-agents': 'lead',
  'manage-people': 'admin',
  'manage-pairing': 'admin',
} as const satisfies Record<string, Role>;

export type Right = keyof typeof lowestRole;

/** Whether the first may do all that the second may. */
export function atLeast(role: Role, other: Role): boolean {
  return ranks[role] >= ranks[other];
}

/** The one place that says what a role may do. Each role may also do what those below it may. */
export function can(role: Role, right: Right): boolean {
  return atLeast(role, lowestRole[right]);
}
