import { laneGroup } from './delivery.ts';
import { earliest, type Limits, memoryMs, type Priority, type SentMessage } from './pace.ts';

/** What the sender remembers of its lanes: when it last sent, and how long each must pause. In memory; rebuilt at a takeover. */
export type LaneClock = Readonly<{
  /** The earliest instant (ms) at which this lane may send a message of that priority. */
  allowedAt: (lane: string, priority: Priority) => number;
  /** The same by the pace alone, without pauses the external system asked for. */
  paceAllowsAt: (lane: string, priority: Priority) => number;
  /** A message reached, or may have reached, the external system. */
  noteSent: (lane: string, message: SentMessage) => void;
  /** The external system asked a lane to pause, or a whole group. Two lanes of a group at once mean that the limit is the group's. */
  pause: (lane: string, until: number, now: number) => void;
  /** Calls in this lane were not answered: it waits until then, or until `clearBackOff`. */
  backOff: (lane: string, until: number) => void;
  clearBackOff: () => void;
}>;

/** `inFlight`: the lanes with a call that has not ended. Such calls count against the limits of their group too. */
export function createLaneClock(limits: () => Limits, inFlight: () => Iterable<string>): LaneClock {
  const sent = new Map<string, SentMessage[]>();
  const sentInGroup = new Map<string, SentMessage[]>();
  const paused = new Map<string, number>();
  const backedOff = new Map<string, number>();
  const pausedUntil = (lane: string) => paused.get(lane) ?? 0;

  function paceAllowsAt(lane: string, priority: Priority): number {
    const group = laneGroup(lane);
    const rules = limits();
    const started = [...inFlight()].filter((other) => laneGroup(other) === group).length;
    const left = rules.group(group).map((rule) => ({ ...rule, max: rule.max - started }));
    return Math.max(
      earliest(sent.get(lane) ?? [], rules.lane(lane)[priority]),
      earliest(sentInGroup.get(group) ?? [], left),
    );
  }

  return {
    paceAllowsAt,
    allowedAt: (lane, priority) =>
      Math.max(pausedUntil(laneGroup(lane)), pausedUntil(lane), backedOff.get(lane) ?? 0, paceAllowsAt(lane, priority)),
    noteSent: (lane, message) => {
      const group = laneGroup(lane);
      sentInGroup.set(group, remember(sentInGroup.get(group), message));
      // Most recent lane last, so that those at the front are the idle ones.
      const messages = remember(sent.get(lane), message);
      sent.delete(lane);
      sent.set(lane, messages);
      for (const [idle, old] of sent) {
        if ((old.at(-1)?.at ?? 0) >= message.at - memoryMs) break;
        sent.delete(idle);
      }
      for (const ended of [paused, backedOff]) {
        for (const [one, until] of ended) if (until < message.at) ended.delete(one);
      }
    },
    pause: (lane, until, now) => {
      paused.set(lane, Math.max(until, pausedUntil(lane)));
      const group = laneGroup(lane);
      const ends = [...paused]
        .filter(([one, end]) => one !== group && laneGroup(one) === group && end > now)
        .map(([, end]) => end);
      if (ends.length > 1) paused.set(group, Math.max(pausedUntil(group), ...ends));
    },
    backOff: (lane, until) => void backedOff.set(lane, until),
    clearBackOff: () => backedOff.clear(),
  };
}

/** Adds a message and drops those that no rule counts any more. */
function remember(messages: SentMessage[] = [], message: SentMessage): SentMessage[] {
  messages.push(message);
  while ((messages[0]?.at ?? message.at) < message.at - memoryMs) messages.shift();
  return messages;
}
