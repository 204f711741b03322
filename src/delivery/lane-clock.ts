import { earliest, type Limits, memoryMs, type Priority } from './pace.ts';

/** What the sender remembers of its lanes: when it last sent and until when it must be silent. In memory; rebuilt at a takeover. */
export type LaneClock = Readonly<{
  /** The earliest instant (ms) at which this lane may send a message of that priority. */
  mayAt: (lane: string, priority: Priority) => number;
  /** The same by the pace alone, whatever pause the outside told. */
  paceAt: (lane: string, priority: Priority) => number;
  /** A message reached, or may have reached, the outside at this instant (ms). */
  went: (lane: string, at: number) => void;
  /** A lane was told to be silent. When a second one is, it is taken for the bot's own limit: all are silent. */
  pause: (lane: string, until: number, now: number) => void;
  pauseAll: (until: number) => void;
}>;

/** `underWay`: how many calls have not ended yet; they too count against what may be sent in all. */
export function createLaneClock(limits: () => Limits, underWay: () => number): LaneClock {
  const sent = new Map<string, number[]>();
  const paused = new Map<string, number>();
  const sentByBot: number[] = [];
  let botPausedUntil = 0;

  function pauseAll(until: number): void {
    botPausedUntil = Math.max(until, botPausedUntil);
  }

  function paceAt(lane: string, priority: Priority): number {
    const { lane: rulesOf, overall } = limits();
    const left = overall.map((rule) => ({ ...rule, max: rule.max - underWay() }));
    return Math.max(earliest(sent.get(lane) ?? [], rulesOf(lane)[priority]), earliest(sentByBot, left));
  }

  return {
    paceAt,
    mayAt: (lane, priority) => Math.max(botPausedUntil, paused.get(lane) ?? 0, paceAt(lane, priority)),
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
