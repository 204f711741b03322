import { earliest, type Limits, memoryMs, type Priority } from './pace.ts';

/** What the sender remembers of its lanes: when it last sent and until when it must be silent. In memory; rebuilt at a takeover. */
export type LaneClock = Readonly<{
  /** The earliest instant (ms) at which this lane may send a message of that priority. */
  mayAt: (lane: string, priority: Priority) => number;
  /** The same by the pace alone, whatever pause the outside told. */
  paceAt: (lane: string, priority: Priority) => number;
  /** A call is under way: until it ended it counts against what the bot as a whole may send. */
  began: () => void;
  ended: () => void;
  /** A message reached, or may have reached, the outside at this instant (ms). */
  went: (lane: string, at: number) => void;
  /** A lane was told to be silent. When a second one is, it is taken for the bot's own limit: all are silent. */
  pause: (lane: string, until: number, now: number) => void;
  pauseAll: (until: number) => void;
}>;

export function createLaneClock(limits: () => Limits): LaneClock {
  const sent = new Map<string, number[]>();
  const paused = new Map<string, number>();
  const sentByBot: number[] = [];
  let underWay = 0;
  let botPausedUntil = 0;

  function pauseAll(until: number): void {
    botPausedUntil = Math.max(until, botPausedUntil);
  }

  function paceAt(lane: string, priority: Priority): number {
    const { [isGroup(lane) ? 'group' : 'private']: chat, bot } = limits();
    const left = bot.map((rule) => ({ ...rule, max: rule.max - underWay }));
    return Math.max(earliest(sent.get(lane) ?? [], chat[priority]), earliest(sentByBot, left));
  }

  return {
    paceAt,
    mayAt: (lane, priority) => Math.max(botPausedUntil, paused.get(lane) ?? 0, paceAt(lane, priority)),
    began: () => {
      underWay += 1;
    },
    ended: () => {
      underWay -= 1;
    },
    went: (lane, at) => {
      const times = sent.get(lane) ?? [];
      sent.set(lane, times);
      remember(times, at);
      remember(sentByBot, at);
    },
    pause: (lane, until, now) => {
      paused.set(lane, Math.max(until, paused.get(lane) ?? 0));
      const others = [...paused].filter(([other, otherUntil]) => other !== lane && otherUntil > now);
      if (others.length > 0) pauseAll(Math.max(until, ...others.map(([, otherUntil]) => otherUntil)));
    },
    pauseAll,
  };
}

function remember(times: number[], at: number): void {
  times.push(at);
  while ((times[0] ?? at) < at - memoryMs) times.shift();
}

/** Telegram numbers groups, supergroups and channels below zero. */
function isGroup(lane: string): boolean {
  return lane.includes(':-');
}
