import type { Request, Response } from 'express';
import type { Wake } from '../database/wake.ts';

/** Browsers of a team, with room to spare: each keeps a connection. */
const mostStreams = 100;
const everyMs = 1_000;
const heartbeatMs = 25_000;

export type Live = Readonly<{
  /** Tells a browser, until it leaves, whenever something may have changed: at most once a second. */
  stream: (req: Request, res: Response) => void;
  close: () => void;
}>;

/** Whatever changes an incidence also changes its cards, so deliveries are what to wait for. */
export function createLive(wake: Wake): Live {
  const streams = new Set<Response>();
  let timer: NodeJS.Timeout | undefined;
  const send = (text: string) => {
    for (const stream of streams) stream.write(text);
  };
  const changed = () => {
    if (streams.size > 0) timer ??= setTimeout(() => ((timer = undefined), send('event: changed\ndata:\n\n')), everyMs);
  };
  const unsubscribe = [wake.on('deliveries', changed), wake.on('settled', changed)];
  const heartbeat = setInterval(() => send(': still here\n\n'), heartbeatMs);
  heartbeat.unref();

  return {
    stream: (req, res) => {
      if (streams.size >= mostStreams) return void res.status(503).set('Retry-After', '60').end();
      res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      res.write('retry: 3000\n\n');
      streams.add(res);
      req.on('close', () => streams.delete(res));
    },
    close: () => {
      clearTimeout(timer);
      clearInterval(heartbeat);
      for (const end of unsubscribe) end();
      for (const stream of streams) stream.end();
    },
  };
}
