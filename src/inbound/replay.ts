import type { Db } from '../database/connect.ts';
import * as inboundStore from './inbound-store.ts';
import type { Translate } from './source.ts';

export type ReplayReport = Readonly<{
  /** Events put back to be processed again, or (dry run) that would be, by what they mean now. */
  again: Readonly<Record<string, number>>;
  /** Events that have done their work already; they are left alone, which makes a repeated replay harmless. */
  done: number;
}>;

/** Whole bodies, each up to 5 MB. */
const batch = 20;

/** Puts stored events that came to nothing (ignored, not understood, failed) back to be processed, as after a parser was mended. */
export async function replay(
  db: Db,
  request: { since: Date; dryRun: boolean; translate: (source: string) => Translate | undefined },
): Promise<ReplayReport> {
  const again: Record<string, number> = {};
  let afterId = 0;
  for (;;) {
    const events = await inboundStore.findAllUndone(db, request.since, afterId, batch);
    const last = events.at(-1);
    if (!last) break;
    afterId = last.id;
    for (const event of events) {
      const stored = { event: event.event, rawBody: event.body, receivedAt: event.receivedAt };
      const meaning = request.translate(event.source)?.(stored);
      const name = `${event.source} ${event.event}: ${event.state} → ${meaning?.kind ?? 'no such source'}`;
      again[name] = (again[name] ?? 0) + 1;
    }
    if (!request.dryRun)
      await inboundStore.putBack(
        db,
        events.map((event) => event.id),
      );
  }
  return { again, done: await inboundStore.countDone(db, request.since) };
}
