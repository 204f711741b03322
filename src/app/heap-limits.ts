import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const megabyte = 2 ** 20;
const periodMs = 500;
/** Webhooks stored a second. */
const busyPerSecond = 2_000;

/** Webhooks that this process stored. */
const stored = createRateMeter(performance.now());

/** Call it before anything else is loaded. */
export function limitHeapDuringStart(): void {
  // V8 learns during the start, when schemas are made, that what some code creates lives long. It then puts what the same
  // code creates for each event among the long-lived too, where it stays until the whole heap is collected: 40 MB more.
  setFlagsFromString('--no-allocation-site-pretenuring');

  // The start fills many short-lived megabytes, for which V8 would make its young generation grow; at rest nothing shrinks
  // it again. So it may grow only afterwards, when load asks for it: 25 MB less at rest.
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Call it after the start. Where there is much memory, V8 takes it: up to 128 MB for the young generation, and several
 * times what is alive before it collects the whole heap. Under load that was 300 MB and more, of which 40 were alive.
 *
 * When webhooks come as fast as they can be stored, that many collections cost a third of the processor time. So while
 * more than `busyPerSecond` are stored, V8 grows as it thinks fit; it shrinks again when the process rests.
 * `halfBytes`: how far each of the two halves of the young generation may grow otherwise.
 */
export function limitHeap(halfBytes = 16 * megabyte): void {
  const setHeapGrowth = createFlag((percent) => `--heap-growing-percent=${percent}`);
  const setYoungGrowth = createFlag((factor) => `--semi-space-growth-factor=${factor}`);
  const setGrowth = () => {
    const busy = stored.perSecond(performance.now()) > busyPerSecond;
    // With 0, V8 decides.
    setHeapGrowth(busy ? 0 : 30);
    // V8's own limit for a half, 64 MB, can be lowered only by a command-line option, and a half can only double. V8
    // shrinks it to any size, say 10 of 16 MB; it must not stay there, so it may grow to one and a half times the target.
    setYoungGrowth(busy || currentHalfBytes() < halfBytes * 0.75 ? 2 : 1);
  };
  setGrowth();
  // The young generation grows at the end of a collection. Node reports a collection some turns of the event loop later:
  // if another comes before that, it grows once more.
  new PerformanceObserver(setGrowth).observe({ type: 'gc' });
}

/** Counts webhooks that were stored, for `limitHeap`. */
export function countStored(webhooks: number): void {
  stored.add(webhooks);
}

type RateMeter = Readonly<{
  add: (count: number) => void;
  /** In the last complete period of half a second or more; 0 in the first. `at`: milliseconds. */
  perSecond: (at: number) => number;
}>;

export function createRateMeter(start: number): RateMeter {
  let since = start;
  let count = 0;
  let perSecond = 0;
  return {
    add: (more) => {
      count += more;
    },
    perSecond: (at) => {
      if (at - since >= periodMs) {
        perSecond = (count / (at - since)) * 1_000;
        since = at;
        count = 0;
      }
      return perSecond;
    },
  };
}

/** Sets a flag of V8 when its value changes. */
function createFlag(flagOf: (value: number) => string): (value: number) => void {
  let current: number | undefined;
  return (value) => {
    if (value === current) return;
    current = value;
    setFlagsFromString(flagOf(value));
  };
}

function currentHalfBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return young ? young.space_used_size + young.space_available_size : 0;
}
