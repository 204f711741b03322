import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Person } from './person.ts';
import { hashOf } from './secret-code.ts';

/** A link signs in once; the session that follows lasts half a day. */
const lastsMs = { link: 10 * 60_000, session: 12 * 3_600_000 } as const;

export type SignInKind = keyof typeof lastsMs;

/** How long a link can be used. */
export const linkMinutes = lastsMs.link / 60_000;

/** Seconds that a cookie of a session may live. */
export const sessionSeconds = lastsMs.session / 1000;

/** A new secret that proves who this is; only its hash is stored. What has expired goes. */
export async function issue(
  db: Db,
  { kind, personId }: Readonly<{ kind: SignInKind; personId: number }>,
  now: Date,
): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + lastsMs[kind]);
  await db.deleteFrom('signIns').where('expiresAt', '<=', now).execute();
  await db
    .insertInto('signIns')
    .values({ secretHash: hashOf(secret), kind, personId, expiresAt })
    .execute();
  return secret;
}

/** Whoever a link was made for; it then signs in nobody else. */
export async function redeemLink(db: Db, secret: string, now: Date): Promise<Person | undefined> {
  const { rows } = await sql<Person>`
    with redeemed as (
      delete from sign_ins where secret_hash = ${hashOf(secret)} and kind = 'link' and expires_at > ${now}
      returning person_id
    )
    select people.* from people join redeemed on person_id = people.id`.execute(db);
  return rows[0];
}

export async function findBySession(db: Db, secret: string, now: Date): Promise<Person | undefined> {
  return db
    .selectFrom('signIns')
    .innerJoin('people', 'people.id', 'signIns.personId')
    .selectAll('people')
    .where('secretHash', '=', hashOf(secret))
    .where('kind', '=', 'session')
    .where('expiresAt', '>', now)
    .executeTakeFirst();
}

export async function endSession(db: Db, secret: string): Promise<void> {
  await db.deleteFrom('signIns').where('secretHash', '=', hashOf(secret)).where('kind', '=', 'session').execute();
}

/** Every link and session of one person. */
export async function removeAllOf(db: Db, personId: number): Promise<void> {
  await db.deleteFrom('signIns').where('personId', '=', personId).execute();
}
