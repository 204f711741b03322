import type { Selectable } from 'kysely';
import type { Database } from '../database/schema.ts';

export type Person = Selectable<Database['people']>;
export type Role = Person['role'];

/** What a person may be asked to be allowed. */
export type Permission = 'act' | 'lead' | 'administer';

const permissions: Record<Role, readonly Permission[]> = {
  agent: ['act'],
  lead: ['act', 'lead'],
  admin: ['act', 'lead', 'administer'],
};

export function can(person: Pick<Person, 'role'>, permission: Permission): boolean {
  return permissions[person.role].includes(permission);
}
