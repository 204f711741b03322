import type { Response } from 'express';
import type { PressResult } from '../browser/protocol.ts';
import { nothingSent, whatChanged } from './changes.ts';
import { fullState, type PageContent } from './state.ts';

export type Feed = ReturnType<typeof createFeed>;

/** Changes within this time are sent together, so that many at once cost the page little. */
const BATCH_MS = 40;
const HEARTBEAT_MS = 15_000;
/** A page that reads too slowly is disconnected; it reconnects and gets everything again. */
const MAX_UNREAD_BYTES = 8_000_000;

/** Sends changes to open pages. Without open pages it does nothing. */
export function createFeed(content: PageContent) {
  const { sandbox, roles } = content;
  const pages = new Set<Response>();
  let sent = nothingSent();
  let stopListening = () => {};
  let batch: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let isClosed = false;

  function broadcast(event: string, data: unknown): void {
    const frame = frameOf(event, data);
    for (const page of pages) {
      if (page.writableLength > MAX_UNREAD_BYTES) page.destroy();
      else page.write(frame);
    }
  }

  function sendChanges(): void {
    clearTimeout(batch);
    batch = undefined;
    const { change, next } = whatChanged(sandbox, roles, sent);
    sent = next;
    if (Object.keys(change).length > 0) broadcast('change', change);
  }

  function startListening(): void {
    sent = whatChanged(sandbox, roles, nothingSent()).next;
    stopListening = sandbox.onChange(() => {
      batch ??= setTimeout(sendChanges, BATCH_MS);
    });
    heartbeat = setInterval(() => pages.forEach((page) => page.write(':\n\n')), HEARTBEAT_MS);
  }

  function endListening(): void {
    stopListening();
    clearInterval(heartbeat);
    clearTimeout(batch);
    batch = undefined;
  }

  return {
    open(page: Response): void {
      if (isClosed) {
        page.status(503).end();
        return;
      }
      if (pages.size === 0) startListening();
      else sendChanges();
      page.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      page.write(`retry: 1000\n${frameOf('state', fullState(content))}`);
      pages.add(page);
      page.on('close', () => {
        pages.delete(page);
        if (pages.size === 0) endListening();
      });
    },

    /** The bot's answer to a press; the page that pressed recognises its own. What the press changed is sent before. */
    answered(result: PressResult): void {
      if (pages.size === 0) return;
      sendChanges();
      broadcast('answered', result);
    },

    close(): void {
      isClosed = true;
      for (const page of pages) page.end();
    },
  };
}

function frameOf(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
