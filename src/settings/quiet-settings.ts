import { isDeepStrictEqual } from 'node:util';
import { DateTime } from 'luxon';
import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { changeQuiet, type QuietChange } from '../quiet/quiet-chats.ts';
import { quietHoursText, type QuietRules } from '../quiet/quiet-hours.ts';
import type { ChatPlace } from '../routes/lane.ts';
import * as settingStore from './setting-store.ts';

export const quietKeyPrefix = 'quiet:';

const storedRules = z.object({
  threadId: z.number().nullable(),
  hours: z.object({ from: z.number(), to: z.number() }).nullable(),
  mutedUntil: z.coerce.date().nullable(),
});

type Time = Readonly<{ zone: string; now: Date }>;

export type QuietChanged = QuietChange & Readonly<{ changeId: number; change: string }>;

/** Changes when a chat is quiet and records who did it; undefined where it is so already. */
export async function changeQuietOf(
  db: Db,
  { place, by, to }: Readonly<{ place: ChatPlace; by: number; to: (rules: QuietRules) => QuietRules | undefined }>,
  time: Time,
): Promise<QuietChanged | undefined> {
  const { chatId, threadId } = place;
  return changeQuiet(
    db,
    place,
    to,
    async (trx, { before, after }) => {
      const change = changeText(chatId, after, time.zone);
      const states = { before: { threadId, ...before }, after: { threadId, ...after } };
      const facts = { key: `${quietKeyPrefix}${chatId}`, change, ...states, by };
      return { before, after, change, changeId: await settingStore.record(trx, facts, time.now) };
    },
    time,
  );
}

/** Goes back to what was before a change, unless what that change made is no longer so. A mute that would be over is none. */
export async function undoQuiet(
  db: Db,
  { key, before, after }: Readonly<{ key: string; before: unknown; after: unknown }>,
  by: number,
  time: Time,
): Promise<QuietChanged | undefined> {
  const [was, made] = [storedRules.safeParse(before).data, storedRules.safeParse(after).data];
  const chatId = Number(key.slice(quietKeyPrefix.length));
  if (!was || !made) return undefined;
  const isRunning = (until: Date | null) => (until && until > time.now ? until : null);
  const rulesOf = ({ hours, mutedUntil }: QuietRules) => ({ hours, mutedUntil: isRunning(mutedUntil) });
  const place = { chatId, threadId: made.threadId };
  const to = (rules: QuietRules) => (isDeepStrictEqual(rules, rulesOf(made)) ? rulesOf(was) : undefined);
  return changeQuietOf(db, { place, by, to }, time);
}

function changeText(chatId: number, { hours, mutedUntil }: QuietRules, zone: string): string {
  const until = mutedUntil && DateTime.fromJSDate(mutedUntil, { zone }).toFormat('yyyy-MM-dd HH:mm');
  const parts = [hours && `quiet ${quietHoursText(hours)}`, until && `muted until ${until}`];
  return `chat ${chatId}: ${parts.filter(Boolean).join(', ') || 'never quiet'}`;
}
