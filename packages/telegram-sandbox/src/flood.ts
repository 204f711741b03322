import { tooManyRequests } from './bot-api-error.ts';
import type { Clock } from './clock.ts';

export type FloodMode = 'off' | 'realistic' | 'harsh';
/** A send or edit during a pause that the bot knew of; `at` in milliseconds since 1970. */
export type Premature = { method: string; chatId: number; at: number; tooEarlyByMs: number };
export type Flood = ReturnType<typeof createFlood>;

type Limits = { burst: number; perMinuteInGroup: number; perSecondOverall: number; pauseFactor: number };
type Budget = { tokens: number; refilledAt: number; lastMinute: number[] };
/** `announcedIn`: the chats in which the bot was refused, so that it knows of the pause. */
type Pause = { until: number; announcedIn: Set<number> };

const LIMITS: Record<'realistic' | 'harsh', Limits> = {
  realistic: { burst: 5, perMinuteInGroup: 20, perSecondOverall: 30, pauseFactor: 1 },
  harsh: { burst: 1, perMinuteInGroup: 10, perSecondOverall: 10, pauseFactor: 3 },
};
const MINUTE_MS = 60_000;
const EVERYWHERE = 0;

/** Flood limits: sends and edits share one budget per chat and one for the bot. */
export function createFlood(clock: Clock) {
  let mode: FloodMode = 'off';
  const budgets = new Map<number, Budget>();
  const pauses = new Map<number, Pause>();
  const premature: Premature[] = [];
  let overall: number[] = [];

  function refuse(method: string, chatId: number, pause: Pause): never {
    const left = pause.until - clock.now();
    // One refusal tells the bot about that chat only; two in one pause tell it that all chats must wait.
    if (pause.announcedIn.has(chatId) || pause.announcedIn.size > 1) {
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
    const started = { until: clock.now() + ms, announcedIn: new Set<number>() };
    pauses.set(key, started);
    return started;
  }

  function excessOf(
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
    budget.lastMinute = budget.lastMinute.filter((at) => at > now - MINUTE_MS);
    const overfull = budget.lastMinute.length + cost - limits.perMinuteInGroup;
    if (isGroup && overfull > 0) {
      return { key: chatId, ms: (budget.lastMinute[overfull - 1] ?? now) + MINUTE_MS - now };
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

    /** Charges a send or edit to the chat's budget. Throws 429 when the budget is used up. */
    spend(method: string, chatId: number, isGroup: boolean, cost = 1): void {
      const running = pauseOf(EVERYWHERE) ?? pauseOf(chatId);
      if (running) refuse(method, chatId, running);
      if (mode === 'off') return;
      const limits = LIMITS[mode];
      const excess = excessOf(limits, chatId, isGroup, cost);
      if (excess) refuse(method, chatId, pause(excess.key, excess.ms * limits.pauseFactor));
    },

    /** Starts a pause for one chat or for all, unless one is running. Always throws 429. */
    impose(method: string, chatId: number | undefined, inChat: number | undefined, seconds: number): never {
      const running = pauseOf(EVERYWHERE) ?? pauseOf(chatId ?? EVERYWHERE);
      return refuse(method, chatId ?? EVERYWHERE, running ?? pause(inChat ?? EVERYWHERE, seconds * 1000));
    },

    /** Ends every pause. */
    endPauses(): void {
      pauses.clear();
    },

    /** The 429 was sent: from now on the bot knows of the pause in this chat. */
    announced(chatId: number): void {
      pauses.get(EVERYWHERE)?.announcedIn.add(chatId);
      pauses.get(chatId)?.announcedIn.add(chatId);
    },
  };
}
