import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as invitationStore from '../people/invitation-store.ts';
import type { Person, Role } from '../people/person.ts';
import * as personStore from '../people/person-store.ts';
import { atLeast, can } from '../people/rights.ts';
import { hashOf, newCode } from '../people/secret-code.ts';
import { aRole, peopleKey } from './change-role.ts';
import * as settingStore from './setting-store.ts';

export const invitationDays = 7;

export const invitationsKey = 'invitations';

/** Of an invitation that was made, so that `Undo` finds it. */
const made = z.object({ codeHash: z.string(), role: z.enum(['agent', 'lead']), expiresAt: z.coerce.date() });

/** The code of a link that makes one person a member of the team, and the number of the change for its `Undo`. */
export async function invite(
  db: Db,
  { role, by }: Readonly<{ role: 'agent' | 'lead'; by: number }>,
  now: Date,
): Promise<Readonly<{ code: string; changeId: number }>> {
  const code = newCode();
  const expiresAt = new Date(now.getTime() + invitationDays * 86_400_000);
  return transact(db, async (trx) => {
    await invitationStore.insert(trx, code, { role, invitedBy: by, expiresAt }, now);
    const states = { before: {}, after: { codeHash: hashOf(code).toString('hex'), role, expiresAt } };
    const changeId = await settingStore.record(
      trx,
      { key: invitationsKey, change: `invited ${aRole(role)}`, ...states, by },
      now,
    );
    return { code, changeId };
  });
}

export type Withdrawal = Readonly<{ change: string }> | 'not-allowed' | 'used' | 'expired';

/**
 * Takes an invitation back that nobody used, by whoever may make it. The link stays invalid: bringing it back could let two
 * people join. Undefined where it was taken back before.
 */
export async function withdraw(
  db: Db,
  { changeId, change, after }: settingStore.UndoableChange & Readonly<{ changeId: number }>,
  { by, role: ownRole }: Readonly<{ by: number; role: Role }>,
  now: Date,
): Promise<Withdrawal | undefined> {
  const invitation = made.safeParse(after).data;
  if (!invitation) return undefined;
  if (!mayInvite(ownRole, invitation.role)) return 'not-allowed';
  if (invitation.expiresAt <= now) return 'expired';
  return transact(db, async (trx) => {
    const isWithdrawn = await invitationStore.remove(trx, { codeHash: Buffer.from(invitation.codeHash, 'hex') });
    if (!isWithdrawn) return (await settingStore.findChange(trx, changeId)) && 'used';
    await settingStore.endUndo(trx, changeId);
    await settingStore.record(trx, { key: invitationsKey, change: `undone: ${change}`, by }, now);
    return { change };
  });
}

export function mayInvite(own: Role, invited: 'agent' | 'lead'): boolean {
  return can(own, invited === 'lead' ? 'manage-people' : 'invite-agents');
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
