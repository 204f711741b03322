import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import type { Wake } from '../database/wake.ts';
import * as reconcilerStore from '../inbound/reconciler-store.ts';
import type { Log } from '../log.ts';
import type { ChatPlace } from '../routes/lane.ts';
import { importMissed } from './import.ts';
import { createTawkRest, type RestFailure, type TawkRestSettings } from './rest-client.ts';

const minuteMs = 60_000;
/** How often Tawk.to's lists are read. */
export const tawkImportSeconds = 600;
const everyMs = tawkImportSeconds * 1000;
const hourMs = 60 * minuteMs;

const hints: Readonly<Record<RestFailure['kind'], string>> = {
  refused: 'Check TAWK_REST_API_KEY, and that Tawk.to has approved REST access for its account: npm run doctor.',
  'rate-limited': 'Nothing to do: it is tried again later.',
  unreachable: 'Check the network, and TAWK_REST_URL if it is set. It is tried again.',
  unexpected: 'Tawk.to answers in an unknown way: report it to your Bellhop maintainer.',
};

/** Every ten minutes: chats and tickets that Tawk.to lists but sent no webhook for are imported. */
export function createTawkImport(
  deps: Readonly<{
    db: Db;
    wake: Wake;
    log: Log;
    adminPlaces: () => readonly ChatPlace[];
    now: () => Date;
    /** The key may be replaced meanwhile. */
    settings: Omit<TawkRestSettings, 'key'> & Readonly<{ key: () => string }>;
  }>,
): Loop {
  const { db, wake, log, now, settings } = deps;
  let hasLoggedUndated = false;

  async function run(stopping: AbortSignal): Promise<number> {
    const startedAt = now();
    const { succeededAt } = await reconcilerStore.begin(db, 'tawk', startedAt);
    const waitMs = succeededAt ? succeededAt.getTime() + everyMs - startedAt.getTime() : 0;
    // After a restart: the last import was recent enough.
    if (waitMs > 0) return Math.min(waitMs, everyMs);

    const rest = createTawkRest({ ...settings, key: settings.key(), signal: stopping });
    const { imported, failure } = await importMissed({ ...deps, rest });
    for (const { property, chats, tickets, undated } of imported) {
      if (chats + tickets > 0) {
        const hint = 'Webhooks of this property do not arrive: check them in Tawk.to.';
        log.warn({ property, chats, tickets, hint }, 'tawk.imported');
      }
      if (undated > 0 && !hasLoggedUndated) {
        hasLoggedUndated = true;
        const hint = 'Chats or tickets in lists without a date are not imported: report it to your Bellhop maintainer.';
        log.warn({ property, undated, hint }, 'tawk.undated_skipped');
      }
    }
    if (imported.some(({ chats, tickets }) => chats + tickets > 0)) wake.signal('deliveries');
    wake.signal('inbound');
    if (!failure) {
      await reconcilerStore.recordSuccess(db, 'tawk', { coveredUntil: startedAt }, now());
      return everyMs;
    }
    if (stopping.aborted) return everyMs;
    const failures = await reconcilerStore.recordFailure(db, 'tawk', failure.detail, now());
    log.warn({ reason: failure.detail, hint: hints[failure.kind] }, 'tawk.import_failed');
    return retryInMs(failure, failures);
  }

  return createLoop({
    run,
    failed: (err) => log.warn({ err }, 'tawk.import_failed'),
    retryInMs: minuteMs,
  });
}

/** How long to wait after so many failures in a row; Tawk.to gives no reset time, so waiting doubles unless it does. */
export function retryInMs({ kind, retryAfterMs }: RestFailure, failures: number): number {
  const doubled = (firstMs: number, maxMs: number) => Math.min(firstMs * 2 ** Math.min(failures - 1, 10), maxMs);
  switch (kind) {
    case 'rate-limited':
      return Math.min(Math.max(retryAfterMs ?? 0, doubled(minuteMs, hourMs)), 24 * hourMs);
    case 'unreachable':
      return doubled(minuteMs, everyMs);
    case 'refused':
    case 'unexpected':
      return doubled(everyMs, hourMs);
  }
}
