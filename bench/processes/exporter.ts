import { limitHeap, limitHeapDuringStart } from '../../src/app/heap-limits.ts';
import { serve } from '../support/remote.ts';

limitHeapDuringStart();
const { connect } = await import('../../src/database/connect.ts');
const { csvHead, csvRows } = await import('../../src/exports/csv.ts');
const exportStore = await import('../../src/exports/export-store.ts');
const { inTemporaryDirectory, writeParts } = await import('../../src/exports/files.ts');
const { createLog } = await import('../../src/log.ts');
limitHeap();

/** Exports with the heap that `src/main.ts` leaves the product. */
const handlers = { exportAll };
export type ExporterHandlers = typeof handlers;
serve(handlers);

/** How long (ms) reading and writing everything took, and how many bytes of memory above those before. */
async function exportAll(url: string): Promise<Readonly<{ ms: number; bytes: number }>> {
  const db = connect(url, { role: 'bench', connections: 2, log: createLog('silent', { pretty: false }) });
  const before = process.memoryUsage.rss();
  const begun = performance.now();
  let highest = before;
  async function* chunks() {
    const span = { from: new Date(0), to: new Date() };
    for await (const rows of exportStore.readOpened(db, span, 'UTC')) {
      highest = Math.max(highest, process.memoryUsage.rss());
      yield csvRows(rows);
    }
  }
  try {
    await inTemporaryDirectory((directory) =>
      writeParts(directory, { head: csvHead(exportStore.exportedColumns), chunks: chunks() }),
    );
    return { ms: performance.now() - begun, bytes: highest - before };
  } finally {
    await db.destroy();
  }
}
