import type { Teammate } from './team-store.ts';

/** Whom a reminder for this audience mentions: with nobody on duty the leads, and with no lead the admins. Pure. */
export function mentioned<Person extends Pick<Teammate, 'role' | 'isOnDuty'>>(
  whom: 'duty' | 'leads' | 'everyone',
  team: readonly Person[],
): readonly Person[] {
  const onDuty = team.filter(({ isOnDuty }) => isOnDuty);
  const leads = team.filter(({ role }) => role === 'lead');
  switch (whom) {
    case 'everyone':
      return team;
    case 'leads':
      return leads.length > 0 ? leads : team.filter(({ role }) => role === 'admin');
    case 'duty':
      return onDuty.length > 0 ? onDuty : mentioned('leads', team);
  }
}
