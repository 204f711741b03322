import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const megabyte = 2 ** 20;

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
 * `halfBytes`: how far each of the two halves of the young generation may grow.
 */
export function limitHeap(halfBytes = 16 * megabyte): void {
  setFlagsFromString('--heap-growing-percent=30');
  limitYoungGeneration(halfBytes);
}

/**
 * Lets V8's young generation grow when load asks for it, each of its two halves to about `targetBytes`. V8's own limit is
 * 64 MB a half, and can be lowered only by a command-line option.
 */
function limitYoungGeneration(targetBytes: number): void {
  let factor = 0;
  const setFactor = () => {
    // It can only double. V8 shrinks a half to any size, say 10 of 16 MB; it must not stay there, so it may grow past the
    // target, to one and a half times as much.
    const wanted = currentHalfBytes() < targetBytes * 0.75 ? 2 : 1;
    if (wanted === factor) return;
    factor = wanted;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  };
  setFactor();
  // It grows at the end of a collection, and shrinks again when the process rests. Node reports a collection some turns of
  // the event loop later: if another comes before that, it grows once more.
  new PerformanceObserver(setFactor).observe({ type: 'gc' });
}

function currentHalfBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return young ? young.space_used_size + young.space_available_size : 0;
}
