import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Lets V8's young generation grow when load asks for it, each of its two halves up to `maxBytes`. V8's own limit is
 * 64 MB a half, and can be lowered only by a command-line option.
 */
export function limitYoungGeneration(maxBytes: number): void {
  let factor = 0;
  const setFactor = () => {
    const wanted = halfBytes() <= maxBytes / 2 ? 2 : 1;
    if (wanted === factor) return;
    factor = wanted;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  };
  setFactor();
  // It grows at the end of a collection, and shrinks again when the process rests.
  new PerformanceObserver(setFactor).observe({ type: 'gc' });
}

function halfBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return young ? young.space_used_size + young.space_available_size : 0;
}
