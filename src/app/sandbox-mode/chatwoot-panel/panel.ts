import express, { type Response } from 'express';
import type { PageTab } from 'telegram-sandbox/page';
import { z } from 'zod';
import type { ChatwootPeer } from '../chatwoot/chatwoot.ts';
import { act, actionSchema } from './actions.ts';
import { panelState } from './state.ts';

/** Changes within this time are sent together. */
const batchMs = 40;

/** `close` ends the live streams, which would otherwise keep a server from closing. */
export type ChatwootPanel = PageTab & Readonly<{ close: () => void }>;

/** The sandbox's Chatwoot as people see it: a tab of the chat page. What is done there is done in the Chatwoot itself. */
export function createChatwootPanel(peer: ChatwootPeer): ChatwootPanel {
  const pages = new Set<Response>();
  let batch: NodeJS.Timeout | undefined;
  const frame = () => `data: ${JSON.stringify(panelState(peer.world))}\n\n`;

  function send(): void {
    batch = undefined;
    const text = frame();
    for (const page of pages) page.write(text);
  }

  peer.world.onChange(() => {
    if (pages.size > 0) batch ??= setTimeout(send, batchMs);
  });

  const routes = express.Router();
  routes.get('/stream', (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    res.write(`retry: 1000\n${frame()}`);
    pages.add(res);
    res.on('close', () => pages.delete(res));
  });
  routes.post('/act', express.json({ limit: '64kb' }), (req, res) => {
    const action = actionSchema.safeParse(req.body);
    if (action.success) return void res.json({ id: act(peer, action.data) });
    res.status(400).json({ success: false, error: 'bad_request', message: z.prettifyError(action.error) });
  });

  return {
    name: 'chatwoot',
    label: 'Chatwoot',
    folder: new URL('browser/', import.meta.url),
    routes,
    close: () => {
      clearTimeout(batch);
      for (const page of pages) page.end();
    },
  };
}
