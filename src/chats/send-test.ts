import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { rank } from '../delivery/delivery.ts';
import * as lostLaneStore from './lost-lane-store.ts';
import * as noteStore from './note-store.ts';

export type TestOutcome =
  | Readonly<{ kind: 'sent'; messageId: number }>
  | Readonly<{ kind: 'rejected'; reason: string }>
  | Readonly<{ kind: 'timeout'; reason: string }>;

const timeoutMs = 10_000;

/** Sends a test message the way every alert is sent, and reports what Telegram answered. */
export async function sendTest(
  deps: { db: Db; wake: Wake; places: () => readonly ChatPlace[] },
  now: Date,
): Promise<TestOutcome> {
  const [place] = deps.places();
  if (!place) {
    return {
      kind: 'rejected',
      reason: "No chat is paired yet: an admin types /setup in the team's group.",
    };
  }
  const lane = laneOf(place.chatId);
  const loss = await lostLaneStore.findLoss(deps.db, lane);
  if (loss) return { kind: 'rejected', reason: `Telegram refuses this chat: ${loss.reason}` };
  const id = await noteStore.insert(
    deps.db,
    {
      lane,
      kind: 'test',
      subject: `test:${crypto.randomUUID()}`,
      rank: rank.high,
      incidenceId: null,
      payload: { ...place },
    },
    now,
  );
  return new Promise((resolve) => {
    const unsubscribe = deps.wake.on('settled', () => void check(false));
    const timer = setTimeout(() => void check(true), timeoutMs);
    deps.wake.signal('deliveries');

    async function check(isLast: boolean): Promise<void> {
      const delivery = await noteStore.findById(deps.db, id).catch(() => undefined);
      const lost = delivery && (await lostLaneStore.findLoss(deps.db, lane).catch(() => undefined));
      const outcome = delivery ? testOutcome(delivery, lost?.reason, isLast) : undefined;
      if (!outcome && !isLast) return;
      unsubscribe();
      clearTimeout(timer);
      resolve(outcome ?? { kind: 'timeout', reason: 'The database did not answer. Try again in a moment.' });
    }
  });
}

function testOutcome(
  delivery: NonNullable<Awaited<ReturnType<typeof noteStore.findById>>>,
  lostReason: string | undefined,
  isLast: boolean,
): TestOutcome | undefined {
  const { state, messageId, attempts } = delivery;
  const reason = lostReason ?? delivery.reason;
  if (state === 'sent' && messageId !== null) return { kind: 'sent', messageId };
  // Failed attempts and a lost chat leave it waiting, but whoever tests wants to know now. An unreachable Telegram is neither.
  if (state !== 'waiting' || attempts > 0 || lostReason !== undefined) {
    return { kind: 'rejected', reason: `Test message not sent: ${reason ?? 'no reason given'}` };
  }
  if (!isLast) return undefined;
  return {
    kind: 'timeout',
    reason: `Telegram did not accept the message within ${timeoutMs / 1000} s; it stays queued. ${reason ?? 'Is the bot running?'}`,
  };
}
