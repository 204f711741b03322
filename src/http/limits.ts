import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Each resolves with undefined if the request is allowed, else with the seconds to wait. Counted per process. */
export type Limits = Readonly<{
  /** An authenticated request from a source. */
  source: (source: string) => Promise<number | undefined>;
  /** A request from this address failed authentication. */
  failure: (address: string) => Promise<number | undefined>;
}>;

const failuresPerMinute = 60;

export function createLimits(settings: { alertsPerMinute: number; webhooksPerMinute: number }): Limits {
  const alerts = perMinute(settings.alertsPerMinute);
  const webhooks = perMinute(settings.webhooksPerMinute);
  const failures = perMinute(failuresPerMinute);
  return {
    source: (source) => take(source === 'alert' ? alerts : webhooks, source),
    failure: (address) => take(failures, address),
  };
}

function perMinute(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: 60 });
}

async function take(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw refused;
  }
}
