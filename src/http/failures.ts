import { LRUCache } from 'lru-cache';

/** Slows addresses whose requests fail authentication. Takes the same memory however many addresses try. */
export type Failures = Readonly<{
  /** A request from this address failed. The seconds to wait, once there were too many within a minute. */
  note: (address: string) => number | undefined;
  /** A request from this address was authenticated: for a day it is not refused unread. */
  trust: (address: string) => void;
  /** The seconds to wait where a request is refused unread; cheap while nobody is slowed. */
  refuseUnread: (address: () => string) => number | undefined;
}>;

type Window = { count: number; endsAt: number };

const windowMs = 60_000;
const trustMs = 86_400_000;
/** Of each kind. Beyond, the oldest is forgotten: whoever has that many addresses has a fresh one anyway. */
const maxAddresses = 10_000;

/** Counted per process. `now` in ms, of a clock that does not jump. */
export function createFailures(perMinute: number, now = () => performance.now()): Failures {
  const windows = new LRUCache<string, Window>({ max: maxAddresses });
  const trusted = new LRUCache<string, number>({ max: maxAddresses });
  let slowedUntil = -Infinity;

  function secondsLeft(window: Window | undefined): number | undefined {
    if (!window || window.count <= perMinute || window.endsAt <= now()) return undefined;
    return Math.max(1, Math.ceil((window.endsAt - now()) / 1000));
  }

  return {
    note: (address) => {
      const known = windows.get(address);
      const window = known && known.endsAt > now() ? known : { count: 0, endsAt: now() + windowMs };
      window.count += 1;
      windows.set(address, window);
      const left = secondsLeft(window);
      if (left !== undefined) slowedUntil = Math.max(slowedUntil, window.endsAt);
      return left;
    },
    trust: (address) => void trusted.set(address, now() + trustMs),
    refuseUnread: (address) => {
      if (slowedUntil <= now()) return undefined;
      const from = address();
      return (trusted.get(from) ?? -Infinity) > now() ? undefined : secondsLeft(windows.peek(from));
    },
  };
}
