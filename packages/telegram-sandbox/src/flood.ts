import { tooManyRequests } from './bot-api-error.ts';
import type { Clock } from './clock.ts';

export type FloodMode = 'off' | 'realistic' | 'harsh';
/** A send or edit made before the pause it had been told of was over. */
export type Premature = { method: string; chatId: number; at: number; tooEarlyByMs: number };
export type Flood = ReturnType<typeof createFlood>;

type Limits = { burst: number; perMinuteInGroup: number; perSecondOverall: number; pauseFactor: number };
type Budget = { tokens: number; refilledAt: number; lastMinute: number[] };
/** `told`: the chats for which a refusal has left, so that the bot can know. */
type Pause = { until: number; told: Set<number> };

const LIMITS: Record<'realistic' | 'harsh', Limits> = {
  realistic: { burst: 5, perMinuteInGroup: 20, perSecondOverall: 30, pauseFactor: 1 },
  harsh: { burst: 1, perMinuteInGroup: 10, perSecondOverall: 10, pauseFactor: 3 },
};
const MINUTE = 60_000;
const EVERYWHERE = 0;

/** Telegram's patience: sends and edits share one budget per chat, and one for the whole bot. */
export function createFlood(clock: Clock) {
  let mode: FloodMode = 'off';
  const budgets = new Map<number, Budget>();
  const pauses = new Map<number, Pause>();
  const premature: Premature[] = [];
  let overall: number[] = [];

  function refuse(method: string, chatId: number, pause: Pause): never {
    const left = pause.until - clock.now();
    // One refused chat says nothing of others; two within a pause say that the bot as a whole must wait.
    if (pause.told.has(chatId) || pause.told.size > 1) {
      premature.push({ method, chatId, at: clock.now(), tooEarlyByMs: left });
      if (mode === 'harsh') pause.until += 1000;
    }
    throw tooManyRequests(Math.max(1, Math.ceil((pause.until - clock.now()) / 1000)));
  }

  function pauseOf(key: number): Pause | undefined {
    const pause = pauses.get(key);
    if (pause && pause.until <= clock.now()) pauses.delete(key);
    return pauses.get(key);
  }

  function pause(key: number, ms: number): Pause {
    const started = { until: clock.now() + ms, told: new Set<number>() };
    pauses.set(key, started);
    return started;
  }

  function wanting(
    limits: Limits,
    chatId: number,
    isGroup: boolean,
    cost: number,
  ): { key: number; ms: number } | undefined {
    const now = clock.now();
    overall = overall.filter((at) => at > now - 1000);
    if (overall.length + cost > limits.perSecondOverall) return { key: EVERYWHERE, ms: 1000 };
    const budget = budgets.get(chatId) ?? { tokens: limits.burst, refilledAt: now, lastMinute: [] };
    budgets.set(chatId, budget);
    budget.tokens = Math.min(limits.burst, budget.tokens + (now - budget.refilledAt) / 1000);
    budget.refilledAt = now;
    budget.lastMinute = budget.lastMinute.filter((at) => at > now - MINUTE);
    const overfull = budget.lastMinute.length + cost - limits.perMinuteInGroup;
    if (isGroup && overfull > 0) {
      return { key: chatId, ms: (budget.lastMinute[overfull - 1] ?? now) + MINUTE - now };
    }
    if (budget.tokens < Math.min(cost, limits.burst)) return { key: chatId, ms: (cost - budget.tokens) * 1000 };
    budget.tokens -= cost;
    for (let spent = 0; spent < cost; spent += 1) {
      budget.lastMinute.push(now);
      overall.push(now);
    }
    return undefined;
  }

  return {
    premature,
    mode: () => mode,
    setMode(next: FloodMode): void {
      mode = next;
      budgets.clear();
      pauses.clear();
      overall = [];
    },

    /** Takes what a send or edit costs from the chat's budget; throws 429 when there is none. */
    spend(method: string, chatId: number, isGroup: boolean, cost = 1): void {
      const running = pauseOf(EVERYWHERE) ?? pauseOf(chatId);
      if (running) refuse(method, chatId, running);
      if (mode === 'off') return;
      const limits = LIMITS[mode];
      const excess = wanting(limits, chatId, isGroup, cost);
      if (excess) refuse(method, chatId, pause(excess.key, excess.ms * limits.pauseFactor));
    },

    /** A pause out of nowhere, for one chat or for all; one that is running already goes on instead. */
    impose(method: string, chatId: number | undefined, inChat: number | undefined, seconds: number): never {
      const running = pauseOf(EVERYWHERE) ?? pauseOf(chatId ?? EVERYWHERE);
      return refuse(method, chatId ?? EVERYWHERE, running ?? pause(inChat ?? EVERYWHERE, seconds * 1000));
    },

    /** Ends every pause. */
    forgive(): void {
      pauses.clear();
    },

    /** The 429 has been written out: from now on whoever sends there could have known. */
    told(chatId: number): void {
      pauses.get(EVERYWHERE)?.told.add(chatId);
      pauses.get(chatId)?.told.add(chatId);
    },
  };
}
