import type { Response } from 'express';
import type { PressResult } from '../browser/protocol.ts';
import { nothingTold, whatChanged } from './changes.ts';
import { fullState, type PageContent } from './state.ts';

export type Feed = ReturnType<typeof createFeed>;

/** Changes are gathered this long, in milliseconds, so that a storm costs the page little. */
const GATHERING = 40;
const HEARTBEAT = 15_000;
/** A page that does not read is let go; it comes back and is told everything. */
const MOST_UNREAD_BYTES = 8_000_000;

/** Tells open pages what changes. With none open it costs nothing. */
export function createFeed(content: PageContent) {
  const { sandbox, roles } = content;
  const pages = new Set<Response>();
  let told = nothingTold();
  let stopListening = () => {};
  let gathering: NodeJS.Timeout | undefined;
  let heart: NodeJS.Timeout | undefined;
  let isClosed = false;

  function tell(event: string, data: unknown): void {
    const frame = frameOf(event, data);
    for (const page of pages) {
      if (page.writableLength > MOST_UNREAD_BYTES) page.destroy();
      else page.write(frame);
    }
  }

  function tellChanges(): void {
    clearTimeout(gathering);
    gathering = undefined;
    const { change, next } = whatChanged(sandbox, roles, told);
    told = next;
    if (Object.keys(change).length > 0) tell('change', change);
  }

  function wake(): void {
    told = whatChanged(sandbox, roles, nothingTold()).next;
    stopListening = sandbox.onChange(() => {
      gathering ??= setTimeout(tellChanges, GATHERING);
    });
    heart = setInterval(() => pages.forEach((page) => page.write(':\n\n')), HEARTBEAT);
  }

  function sleep(): void {
    stopListening();
    clearInterval(heart);
    clearTimeout(gathering);
    gathering = undefined;
  }

  return {
    open(page: Response): void {
      if (isClosed) {
        page.status(503).end();
        return;
      }
      if (pages.size === 0) wake();
      else tellChanges();
      page.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      page.write(`retry: 1000\n${frameOf('state', fullState(content))}`);
      pages.add(page);
      page.on('close', () => {
        pages.delete(page);
        if (pages.size === 0) sleep();
      });
    },

    /** The bot's answer to a press; the page that pressed knows its own. What the press changed is told before. */
    answered(result: PressResult): void {
      if (pages.size === 0) return;
      tellChanges();
      tell('answered', result);
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
