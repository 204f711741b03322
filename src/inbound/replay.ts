import type { Db } from '../database/connect.ts';
import * as inboundStore from './inbound-store.ts';
import type { ReadStored } from '../sources/source-event.ts';

export type ReplayReport = Readonly<{
  /** How many events are queued again (in a dry run: would be), by source, event and what they mean now. */
  again: Readonly<Record<string, number>>;
  /** How many events had their effect already; they are skipped, which makes a repeated replay harmless. */
  done: number;
}>;

/** Few at a time: whole bodies, each up to 20 MB. */
const batch = 20;

/** Queues stored events that had no effect (ignored, unrecognized, failed) to be processed again, e.g. after a parser fix. */
export async function replay(
  db: Db,
  request: { since: Date; dryRun: boolean; translate: (source: string) => ReadStored | undefined },
): Promise<ReplayReport> {
  const again: Record<string, number> = {};
  let afterId = 0;
  for (;;) {
    const events = await inboundStore.findAllWithoutEffect(db, request.since, afterId, batch);
    const last = events.at(-1);
    if (!last) break;
    afterId = last.id;
    for (const event of events) {
      const stored = { event: event.event, rawBody: event.body, receivedAt: event.receivedAt, headers: event.headers };
      const meaning = request.translate(event.source)?.(stored);
      const name = `${event.source} ${event.event}: ${event.state} → ${meaning?.kind ?? 'no such source'}`;
      again[name] = (again[name] ?? 0) + 1;
    }
    if (!request.dryRun)
      await inboundStore.requeue(
        db,
        events.map((event) => event.id),
      );
  }
  return { again, done: await inboundStore.countEffective(db, request.since) };
}
