import type { Db } from '../database/connect.ts';
import type { Person } from './person.ts';
import * as personStore from './person-store.ts';

export type Identification =
  | Readonly<{ ok: true; person: Person }>
  | Readonly<{ ok: false; reason: 'anonymous-admin' | 'bot' | 'stranger' }>;

/** Who acts, and where: as Telegram tells it. */
export type Actor = personStore.TelegramIdentity &
  Readonly<{ isBot: boolean; isAnonymous: boolean; inPairedChat: boolean }>;

/**
 * Who may act: people we know, the admins named in the settings, and the members of a paired chat,
 * who are agents there and nowhere else. Everyone else is refused with the reason.
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
  const knownByRole = isAdmin || (known !== undefined && known.role !== 'agent');
  if (!knownByRole && !actor.inPairedChat) return { ok: false, reason: 'stranger' };

  const isSame = known?.firstName === firstName && known.lastName === lastName && known.username === username;
  const person = known && isSame ? known : await personStore.upsert(db, identity, isAdmin ? 'admin' : 'agent', now);
  if (isAdmin && person.role !== 'admin') {
    await personStore.setRole(db, person.id, 'admin');
    return { ok: true, person: { ...person, role: 'admin' } };
  }
  return { ok: true, person };
}
