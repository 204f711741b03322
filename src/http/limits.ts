import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { createFailures, type Failures } from './failures.ts';

/** `waitSeconds` is undefined if the request is allowed. `headers`: the RateLimit headers of draft 6. */
export type Allowance = Readonly<{ waitSeconds: number | undefined; headers: Readonly<Record<string, string>> }>;

/** Counted per process. */
export type Limits = Readonly<{
  /** An authenticated request from a source. */
  source: (source: string) => Promise<Allowance>;
  failures: Failures;
}>;

const failuresPerMinute = 60;

export function createLimits(settings: { alertsPerMinute: number; webhooksPerMinute: number }): Limits {
  const alerts = perMinute(settings.alertsPerMinute);
  const webhooks = perMinute(settings.webhooksPerMinute);
  return {
    source: (source) => take(source === 'alert' ? alerts : webhooks, source),
    failures: createFailures(failuresPerMinute),
  };
}

function perMinute(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: 60 });
}

async function take(limiter: RateLimiterMemory, key: string): Promise<Allowance> {
  try {
    return { waitSeconds: undefined, headers: headersOf(limiter, await limiter.consume(key)) };
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return { waitSeconds: secondsLeft(refused), headers: headersOf(limiter, refused) };
  }
}

function headersOf({ points }: RateLimiterMemory, state: RateLimiterRes): Allowance['headers'] {
  return {
    'RateLimit-Limit': String(points),
    'RateLimit-Remaining': String(state.remainingPoints),
    'RateLimit-Reset': String(secondsLeft(state)),
  };
}

function secondsLeft({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}
