import express, { type ErrorRequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { createActions, parseAction } from './page/actions.ts';
import { createAssets } from './page/assets.ts';
import { createFeed } from './page/feed.ts';
import { createFileHandler } from './page/files.ts';
import { onlyFromHere } from './page/guard.ts';
import { olderMessages } from './page/state.ts';
import { SAMPLES, type SampleTarget } from './samples.ts';
import type { Sandbox } from './sandbox.ts';

export type SandboxPageDeps = { sandbox: Sandbox; target: () => SampleTarget; log?: Log };
/** `close` ends the live streams, which would otherwise keep a server from closing. */
export type SandboxPage = Router & { close(): void };

const placeSchema = z.object({ chat: z.coerce.number().int(), by: z.coerce.number().int() });
const olderSchema = z.object({
  chat: z.coerce.number().int(),
  thread: z.coerce.number().int().optional(),
  before: z.coerce.number().int(),
});
const OLDER_AT_ONCE = 100;

/** The chat page, its live stream and its actions, for /sandbox. Answers loopback callers only. */
export function createSandboxPage({ sandbox, target, log }: SandboxPageDeps): SandboxPage {
  const samples = Object.entries(SAMPLES).map(([name, sample]) => ({ name, ...sample }));
  const feed = createFeed(sandbox, samples);
  const act = createActions({ sandbox, feed, target });
  const assets = createAssets();
  const router = express.Router();

  router.use(onlyFromHere);
  router.get('/', assets.index);
  router.get('/assets/:name', assets.asset);
  router.get('/files/:id', createFileHandler(sandbox));
  router.get('/stream', (_req, res) => feed.open(res));

  router.get('/commands', (req, res) => {
    const place = placeSchema.safeParse(req.query);
    if (!place.success) return refuse(res, 400, 'bad_request', 'chat and by must be numbers.');
    res.json(sandbox.commandsFor(place.data.chat, place.data.by));
  });

  router.get('/messages', (req, res) => {
    const view = olderSchema.safeParse(req.query);
    if (!view.success) return refuse(res, 400, 'bad_request', 'chat, thread and before must be numbers.');
    const { chat, thread, before } = view.data;
    res.json(olderMessages(sandbox, { chatId: chat, threadId: thread, before, limit: OLDER_AT_ONCE }));
  });

  router.post('/act', express.json({ limit: '64kb' }), async (req, res) => {
    const action = parseAction(req.body);
    if (!action.success) return refuse(res, 400, 'bad_request', z.prettifyError(action.error));
    res.json(await act(action.data));
  });

  router.use(asRefusal(log));
  return Object.assign(router, { close: () => feed.close() });
}

/** The sandbox throws what a person cannot do there; the page shows its words. */
function asRefusal(log: Log | undefined): ErrorRequestHandler {
  return (err: unknown, _req, res, _next) => {
    log?.debug({ err }, 'sandbox.page_refused');
    const message = err instanceof Error ? err.message : String(err);
    // Bodies that cannot be read carry a status of their own.
    if (err instanceof Error && 'status' in err) refuse(res, 400, 'bad_request', message);
    else refuse(res, 422, 'unprocessable', message);
  };
}

function refuse(res: Response, status: number, error: string, message: string): void {
  if (!res.headersSent) res.status(status).json({ success: false, error, message });
}
