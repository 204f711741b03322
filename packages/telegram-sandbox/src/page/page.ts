import type { IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import type { SampleResult, Welcome, WireSample, WireTab } from '../browser/protocol.ts';
import type { Sandbox } from '../control.ts';
import { createActions, parseAction } from './actions.ts';
import { createAssets } from './assets.ts';
import { createFeed } from './feed.ts';
import { createFileHandler } from './files.ts';
import { createGuard, isLocalRequest } from './guard.ts';
import { olderMessages } from './state.ts';

/** A button of the page that makes something happen outside Telegram, such as a webhook of the bot being called. */
export type PageSample = WireSample & Readonly<{ send: () => Promise<SampleResult> }>;

/**
 * A page of yours as a tab of the panel, in a frame: `index.html` of the folder. Its other files are under `assets/`, where
 * it also finds the sandbox's own (`assets/page.css`, `assets/dom.js`); `routes` is whatever else it asks for.
 */
export type PageTab = WireTab & Readonly<{ folder: URL; routes: Router }>;

export type SandboxPageOptions = Readonly<{
  sandbox: Sandbox;
  /** Who may use the page; everyone else gets 404. By default whoever opens it on this machine, under a loopback name. */
  allow?: (request: IncomingMessage) => boolean;
  /** What people are called beside their names, by user id; others are named after their status in the groups. */
  roles?: ReadonlyMap<number, string>;
  samples?: readonly PageSample[];
  /** One sentence above the samples. */
  samplesAbout?: string;
  /** Steps to try first, shown on top of the page until they are closed. */
  welcome?: Welcome;
  tabs?: readonly PageTab[];
  /** An SVG file. */
  icon?: URL;
  /** Called with everything the page answers with an error. */
  onError?: (error: unknown) => void;
}>;
/** `close` ends the live streams, which would otherwise keep a server from closing. */
export type SandboxPage = Router & { close(): void };

const chatAndPerson = z.object({ chat: z.coerce.number().int(), by: z.coerce.number().int() });
const olderThan = z.object({
  chat: z.coerce.number().int(),
  thread: z.coerce.number().int().optional(),
  before: z.coerce.number().int(),
});
const MAX_OLDER_MESSAGES = 100;

/** The chat page, its live stream and its actions: an Express router. */
export function createSandboxPage(options: SandboxPageOptions): SandboxPage {
  const { sandbox, allow = isLocalRequest, roles = new Map(), samples = [], tabs = [] } = options;
  const { samplesAbout, welcome, icon } = options;
  const feed = createFeed({
    sandbox,
    roles,
    samples: samples.map(({ send: _, ...sample }) => sample),
    ...(samplesAbout === undefined ? {} : { samplesAbout }),
    ...(welcome ? { welcome } : {}),
    tabs: tabs.map(({ name, label }) => ({ name, label })),
  });
  const act = createActions({ sandbox, feed, samples });
  const assets = createAssets(icon ? { icon } : {});
  const router = express.Router();

  router.use(createGuard(allow));
  router.get('/', assets.index);
  router.get('/assets/:name', assets.asset);
  router.get('/files/:id', createFileHandler(sandbox));
  router.get('/stream', (_req, res) => feed.open(res));

  router.get('/commands', (req, res) => {
    const query = chatAndPerson.safeParse(req.query);
    if (!query.success) return refuse(res, 400, 'bad_request', 'chat and by must be numbers.');
    res.json(sandbox.commandsFor(query.data.chat, query.data.by));
  });

  router.get('/messages', (req, res) => {
    const query = olderThan.safeParse(req.query);
    if (!query.success) return refuse(res, 400, 'bad_request', 'chat, thread and before must be numbers.');
    const { chat, thread, before } = query.data;
    res.json(olderMessages(sandbox, { chatId: chat, threadId: thread, before, limit: MAX_OLDER_MESSAGES }));
  });

  router.post('/act', express.json({ limit: '64kb' }), async (req, res) => {
    const action = parseAction(req.body);
    if (!action.success) return refuse(res, 400, 'bad_request', z.prettifyError(action.error));
    res.json(await act(action.data));
  });

  for (const tab of tabs) router.use(`/tabs/${tab.name}`, tabRouter(tab));

  router.use(answerErrors(options.onError));
  return Object.assign(router, { close: () => feed.close() });
}

function tabRouter({ folder, routes }: PageTab): Router {
  const assets = createAssets({ folder });
  const router = express.Router();
  router.get('/', assets.index);
  router.get('/assets/:name', assets.asset);
  return router.use(routes);
}

/** The sandbox throws when a person cannot do something there; the page shows the message. */
function answerErrors(onError: SandboxPageOptions['onError']): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    onError?.(error);
    const message = error instanceof Error ? error.message : String(error);
    // The body parser's errors carry a status of their own.
    if (error instanceof Error && 'status' in error) refuse(res, 400, 'bad_request', message);
    else refuse(res, 422, 'unprocessable', message);
  };
}

function refuse(res: Response, status: number, error: string, message: string): void {
  if (!res.headersSent) res.status(status).json({ success: false, error, message });
}
