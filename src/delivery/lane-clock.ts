import { earliest, type Limits, memoryMs, type Priority } from './pace.ts';

/** What the sender remembers of every lane: when it last sent there and until when it must be silent. In memory; rebuilt at a takeover. */
export type LaneClock = Readonly<{
  /** The earliest instant (ms) at which this lane may send a message of that priority. */
  mayAt: (lane: string, priority: Priority) => number;
  /** A message reached, or may have reached, the outside at this instant (ms). */
  went: (lane: string, at: number) => void;
  pause: (lane: string, until: number) => void;
  pauseAll: (until: number) => void;
  /** Until when (ms) a retry-after keeps this lane silent. */
  pausedUntil: (lane: string) => number;
}>;

export function createLaneClock(limits: () => Limits): LaneClock {
  const sent = new Map<string, number[]>();
  const paused = new Map<string, number>();
  const sentByBot: number[] = [];
  let botPausedUntil = 0;

  function remember(times: number[], at: number): void {
    times.push(at);
    while ((times[0] ?? at) < at - memoryMs) times.shift();
  }

  function pausedUntil(lane: string): number {
    return Math.max(botPausedUntil, paused.get(lane) ?? 0);
  }

  return {
    mayAt: (lane, priority) => {
      const { [isGroup(lane) ? 'group' : 'private']: chat, bot } = limits();
      return Math.max(pausedUntil(lane), earliest(sent.get(lane) ?? [], chat[priority]), earliest(sentByBot, bot));
    },
    went: (lane, at) => {
      const times = sent.get(lane) ?? [];
      sent.set(lane, times);
      remember(times, at);
      remember(sentByBot, at);
    },
    pause: (lane, until) => paused.set(lane, Math.max(until, paused.get(lane) ?? 0)),
    pauseAll: (until) => {
      botPausedUntil = Math.max(until, botPausedUntil);
    },
    pausedUntil,
  };
}

/** Telegram numbers groups, supergroups and channels below zero. */
function isGroup(lane: string): boolean {
  return lane.includes(':-');
}
