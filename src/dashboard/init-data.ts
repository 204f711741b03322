import { createHmac } from 'node:crypto';
import { sameSecret } from '../sources/secret.ts';

/** Older data may have been copied and kept. */
const maxAgeMs = 10 * 60_000;

/**
 * The user whom Telegram vouches for, by the data a Mini App is opened with (Bot API, "Validating data received via the
 * Mini App"): `key=value&…` with a `hash` over the rest. Undefined where it was not signed for this bot, or long ago.
 */
export function userOfInitData(initData: string, botToken: string, now: Date): number | undefined {
  const fields = new URLSearchParams(initData);
  const hash = fields.get('hash');
  if (!hash) return undefined;
  const signed = [...fields]
    .filter(([key]) => key !== 'hash')
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join('\n');
  const key = createHmac('sha256', 'WebAppData').update(botToken).digest();
  if (!sameSecret(hash, createHmac('sha256', key).update(signed).digest('hex'))) return undefined;
  const ageMs = now.getTime() - Number(fields.get('auth_date')) * 1000;
  if (!(ageMs < maxAgeMs)) return undefined;
  return idIn(fields.get('user') ?? '');
}

/** Telegram signed it, so it is JSON; a user is missing where a Mini App is opened from a keyboard. */
function idIn(user: string): number | undefined {
  if (user === '') return undefined;
  const { id } = JSON.parse(user) as { id?: unknown };
  return typeof id === 'number' ? id : undefined;
}
