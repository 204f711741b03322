import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as invitationStore from '../people/invitation-store.ts';
import type { Person } from '../people/person.ts';
import * as personStore from '../people/person-store.ts';
import { atLeast } from '../people/rights.ts';
import { newCode } from '../people/secret-code.ts';
import { aRole, peopleKey } from './change-role.ts';
import * as settingStore from './setting-store.ts';

export const invitationDays = 7;

/** The code of a link that makes one person a member of the team. */
export async function invite(
  db: Db,
  { role, by }: Readonly<{ role: 'agent' | 'lead'; by: number }>,
  now: Date,
): Promise<string> {
  const code = newCode();
  const expiresAt = new Date(now.getTime() + invitationDays * 86_400_000);
  await transact(db, async (trx) => {
    await invitationStore.insert(trx, code, { role, invitedBy: by, expiresAt }, now);
    await settingStore.record(trx, { key: peopleKey, change: `invited ${aRole(role)}`, by }, now);
  });
  return code;
}

export type Joining =
  | Readonly<{ kind: 'joined'; person: Person }>
  /** Nothing to gain: the link still holds, for somebody else. */
  | Readonly<{ kind: 'was-there' }>
  | Readonly<{ kind: 'invalid' }>;

/** Uses an invitation up. Nobody's role becomes a lower one by it. */
export async function acceptInvitation(
  db: Db,
  invited: Readonly<{ code: string; identity: personStore.TelegramIdentity; isNamedAdmin: boolean }>,
  now: Date,
): Promise<Joining> {
  return transact(db, async (trx) => {
    const { code, identity, isNamedAdmin } = invited;
    const invitation = await invitationStore.lockByCode(trx, code, now);
    if (!invitation) return { kind: 'invalid' };
    const { role, invitedBy: by } = invitation;
    const known = await personStore.upsert(trx, identity, now);
    const isOnTeam = known.removedAt === null && (known.role !== 'agent' || known.invitedAt !== null);
    if (isNamedAdmin || (isOnTeam && atLeast(known.role, role))) return { kind: 'was-there' };
    await invitationStore.remove(trx, invitation);
    const person = await personStore.join(trx, known.id, atLeast(known.role, role) ? known.role : role, now);
    const change = `${known.firstName} (${known.telegramId}) joined as ${aRole(role)}, by an invitation`;
    await settingStore.record(trx, { key: peopleKey, change, by }, now);
    return { kind: 'joined', person };
  });
}
