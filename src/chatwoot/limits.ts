import { laneGroup } from '../delivery/delivery.ts';
import type { Limits } from '../delivery/pace.ts';

const free = { interactive: [], critical: [], high: [], normal: [] };
/** Each write is up to three calls; Chatwoot takes 3,000 a minute from one address (rack-attack). Calls in flight count. */
const everyone = [{ max: 12, windowMs: 1_000 }];

/** The limits of other systems, with Chatwoot's own for its lanes: however it hangs, it holds up nothing but itself. */
export function withChatwootLimits(others: Limits): Limits {
  const isOurs = (name: string) => laneGroup(name) === 'chatwoot';
  return {
    lane: (lane) => (isOurs(lane) ? free : others.lane(lane)),
    group: (group) => (isOurs(group) ? everyone : others.group(group)),
  };
}
