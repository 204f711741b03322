import type { Db } from '../database/connect.ts';
import type { Person, Role } from './person.ts';
import * as personStore from './person-store.ts';

export type Identification =
  | Readonly<{ ok: true; person: Person }>
  | Readonly<{ ok: false; reason: 'anonymous-admin' | 'bot' | 'stranger' | 'removed' }>;

/** Who acts, and where, as Telegram reports it. */
export type Actor = personStore.TelegramIdentity &
  Readonly<{ isBot: boolean; isAnonymous: boolean; inPairedChat: boolean }>;

/**
 * Who may act: the admins named in the settings (as long as they are), the admins and leads we know, who was invited, and
 * the members of a paired chat, who are agents there and nowhere else. Everyone else is refused with the reason, also who
 * was removed from the team and is still in its chat.
 */
export async function identifyPerson(
  db: Db,
  actor: Actor,
  adminIds: readonly number[],
  now: Date,
): Promise<Identification> {
  if (actor.isAnonymous) return { ok: false, reason: 'anonymous-admin' };
  if (actor.isBot) return { ok: false, reason: 'bot' };

  const { telegramId, firstName, lastName, username } = actor;
  const identity = { telegramId, firstName, lastName, username };
  const isAdmin = adminIds.includes(telegramId);
  const known = await personStore.findByTelegramId(db, telegramId);
  const role = roleOf(isAdmin, known);
  if (known?.removedAt && !isAdmin) return { ok: false, reason: 'removed' };
  if (role === 'agent' && !known?.invitedAt && !actor.inPairedChat) return { ok: false, reason: 'stranger' };

  const isSame = known?.firstName === firstName && known.lastName === lastName && known.username === username;
  const person = known && isSame ? known : await personStore.upsert(db, identity, now);
  return { ok: true, person: { ...person, role } };
}

/** Those named in the settings are admins whatever else is stored of them. */
export function roleOf(isNamedAdmin: boolean, known: Pick<Person, 'role'> | undefined): Role {
  return isNamedAdmin ? 'admin' : (known?.role ?? 'agent');
}
