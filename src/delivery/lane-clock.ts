import { botLane } from './delivery.ts';
import { earliest, type Limits, memoryMs, type Priority } from './pace.ts';

/** What the sender remembers of its lanes: when it last sent and until when it must be silent. In memory; rebuilt at a takeover. */
export type LaneClock = Readonly<{
  /** The earliest instant (ms) at which this lane may send a message of that priority. */
  mayAt: (lane: string, priority: Priority) => number;
  /** The same by the pace alone, whatever pause the outside told. */
  paceAt: (lane: string, priority: Priority) => number;
  /** A message reached, or may have reached, the outside at this instant (ms). */
  went: (lane: string, at: number) => void;
  /** A lane was told to be silent, or all of them. When a second one is, it is taken for the bot's own limit. */
  pause: (lane: string, until: number, now: number) => void;
}>;

/** `underWay`: how many calls have not ended yet; they too count against what may be sent in all. */
export function createLaneClock(limits: () => Limits, underWay: () => number): LaneClock {
  const sent = new Map<string, number[]>();
  const paused = new Map<string, number>();
  const sentByBot: number[] = [];
  const pausedUntil = (lane: string) => paused.get(lane) ?? 0;

  function paceAt(lane: string, priority: Priority): number {
    const { lane: rulesOf, overall } = limits();
    const left = overall.map((rule) => ({ ...rule, max: rule.max - underWay() }));
    return Math.max(earliest(sent.get(lane) ?? [], rulesOf(lane)[priority]), earliest(sentByBot, left));
  }

  return {
    paceAt,
    mayAt: (lane, priority) => Math.max(pausedUntil(botLane), pausedUntil(lane), paceAt(lane, priority)),
    went: (lane, at) => {
      const times = sent.get(lane) ?? [];
      sent.set(lane, times);
      remember(times, at);
      remember(sentByBot, at);
    },
    pause: (lane, until, now) => {
      paused.set(lane, Math.max(until, pausedUntil(lane)));
      const silent = [...paused].filter(([one, end]) => one !== botLane && end > now);
      if (silent.length > 1) paused.set(botLane, Math.max(pausedUntil(botLane), ...silent.map(([, end]) => end)));
    },
  };
}

function remember(times: number[], at: number): void {
  times.push(at);
  while ((times[0] ?? at) < at - memoryMs) times.shift();
}
