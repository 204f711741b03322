import { botLane } from './delivery.ts';
import { earliest, type Limits, memoryMs, type Priority, type SentMessage } from './pace.ts';

/** What the sender remembers of its lanes: when it last sent and until when it must be silent. In memory; rebuilt at a takeover. */
export type LaneClock = Readonly<{
  /** The earliest instant (ms) at which this lane may send a message of that priority. */
  mayAt: (lane: string, priority: Priority) => number;
  /** The same by the pace alone, whatever pause the outside told. */
  paceAt: (lane: string, priority: Priority) => number;
  /** A message reached, or may have reached, the outside. */
  noteSent: (lane: string, message: SentMessage) => void;
  /** A lane was told to be silent, or all of them. When a second one is, it is taken for the bot's own limit. */
  pause: (lane: string, until: number, now: number) => void;
  /** A lane waits because calls there were not answered, until then or until `releaseHeld`. */
  hold: (lane: string, until: number) => void;
  releaseHeld: () => void;
}>;

/** `underWay`: how many calls have not ended yet; they too count against what may be sent in all. */
export function createLaneClock(limits: () => Limits, underWay: () => number): LaneClock {
  const sent = new Map<string, SentMessage[]>();
  const paused = new Map<string, number>();
  const held = new Map<string, number>();
  const sentByBot: SentMessage[] = [];
  const pausedUntil = (lane: string) => paused.get(lane) ?? 0;

  function paceAt(lane: string, priority: Priority): number {
    const { lane: rulesOf, overall } = limits();
    const left = overall.map((rule) => ({ ...rule, max: rule.max - underWay() }));
    return Math.max(earliest(sent.get(lane) ?? [], rulesOf(lane)[priority]), earliest(sentByBot, left));
  }

  return {
    paceAt,
    mayAt: (lane, priority) =>
      Math.max(pausedUntil(botLane), pausedUntil(lane), held.get(lane) ?? 0, paceAt(lane, priority)),
    noteSent: (lane, message) => {
      // Most recent lane last, so that those at the front are the idle ones.
      const messages = sent.get(lane) ?? [];
      sent.delete(lane);
      sent.set(lane, messages);
      remember(messages, message);
      remember(sentByBot, message);
      for (const [idle, old] of sent) {
        if ((old.at(-1)?.at ?? 0) >= message.at - memoryMs) break;
        sent.delete(idle);
      }
      for (const ended of [paused, held]) {
        for (const [one, until] of ended) if (until < message.at) ended.delete(one);
      }
    },
    pause: (lane, until, now) => {
      paused.set(lane, Math.max(until, pausedUntil(lane)));
      const silent = [...paused].filter(([one, end]) => one !== botLane && end > now);
      if (silent.length > 1) paused.set(botLane, Math.max(pausedUntil(botLane), ...silent.map(([, end]) => end)));
    },
    hold: (lane, until) => void held.set(lane, until),
    releaseHeld: () => held.clear(),
  };
}

function remember(messages: SentMessage[], message: SentMessage): void {
  messages.push(message);
  while ((messages[0]?.at ?? message.at) < message.at - memoryMs) messages.shift();
}
