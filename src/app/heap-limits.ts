import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const megabyte = 2 ** 20;
const periodMs = 500;

type GcEntry = PerformanceEntry & Readonly<{ detail: NodeGCPerformanceDetail }>;

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
 * the process allocates more than `busyBytes` a second, V8 grows as it thinks fit; it shrinks again when the process rests.
 * `halfBytes`: how far each of the two halves of the young generation may grow otherwise.
 */
export function limitHeap({ halfBytes = 16 * megabyte, busyBytes = 200 * megabyte } = {}): void {
  const measureAllocation = createAllocationMeter(performance.now());
  const setHeapGrowth = createFlag((percent) => `--heap-growing-percent=${percent}`);
  const setYoungGrowth = createFlag((factor) => `--semi-space-growth-factor=${factor}`);
  const setGrowth = (bytesPerSecond: number, half: number) => {
    const busy = bytesPerSecond > busyBytes;
    // With 0, V8 decides.
    setHeapGrowth(busy ? 0 : 30);
    // V8's own limit for a half, 64 MB, can be lowered only by a command-line option, and a half can only double. V8
    // shrinks it to any size, say 10 of 16 MB; it must not stay there, so it may grow to one and a half times the target.
    setYoungGrowth(busy || half < halfBytes * 0.75 ? 2 : 1);
  };
  setGrowth(0, currentHalfBytes());

  // The young generation grows at the end of a collection. Node reports a collection some turns of the event loop later:
  // if another comes before that, it grows once more.
  new PerformanceObserver((list) => {
    const half = currentHalfBytes();
    const allocated = half * list.getEntries().filter(isMinor).length;
    setGrowth(measureAllocation(allocated, performance.now()), half);
  }).observe({ type: 'gc' });
}

/**
 * `add(bytes, at)`, times in milliseconds: how many bytes a second came in the last period of half a second or more
 * that is complete; 0 in the first.
 */
export function createAllocationMeter(start: number): (bytes: number, at: number) => number {
  let since = start;
  let bytesSince = 0;
  let perSecond = 0;
  return (bytes, at) => {
    bytesSince += bytes;
    if (at - since >= periodMs) {
      perSecond = (bytesSince / (at - since)) * 1_000;
      since = at;
      bytesSince = 0;
    }
    return perSecond;
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

/** A collection of the young generation, which begins when one of its halves is full. */
function isMinor(entry: PerformanceEntry): boolean {
  return (entry as GcEntry).detail.kind === constants.NODE_PERFORMANCE_GC_MINOR;
}

function currentHalfBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return young ? young.space_used_size + young.space_available_size : 0;
}
