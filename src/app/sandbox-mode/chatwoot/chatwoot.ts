import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { authenticate, findCaller } from './auth.ts';
import { createControl, type PeerControl } from './control.ts';
import { createRestFaults, type RestFaults } from './faults.ts';
import type { User } from './records.ts';
import { accountRoutes } from './routes/account.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { messageRoutes } from './routes/messages.ts';
import { createWebhookSender, type WebhookSender } from './webhooks.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

/** A request that came to the REST interface; `body` as parsed, files left out. */
export type SeenRequest = Readonly<{
  method: string;
  path: string;
  body: unknown;
  token: string | undefined;
  at: number;
}>;

export type ChatwootPeer = PeerControl &
  Readonly<{
    start: () => Promise<void>;
    stop: () => Promise<void>;
    /** Known once started; `CHATWOOT_BASE_URL`. */
    baseUrl: () => string;
    accountId: number;
    /** The token of an administrator, for `CHATWOOT_API_TOKEN`. */
    token: string;
    world: World;
    rest: RestFaults;
    webhooks: WebhookSender;
    /** What was asked of the REST interface, the oldest first. */
    requests: () => readonly SeenRequest[];
  }>;

export type PeerOptions = Readonly<{
  random?: () => number;
  now?: () => Date;
  /** Where a person sees this conversation: its address in Chatwoot leads there. */
  pageOf?: (id: number) => string | undefined;
}> &
  Pick<WorldOptions, 'firstId' | 'adopts'>;

/** Requests a minute from one address; then 429 as plain text, without `Retry-After` (rack-attack). */
const perMinute = 3_000;

/**
 * A Chatwoot 4.15 on loopback: the part of its REST interface that a support console uses, with its traps, and signed
 * webhooks for each change. `random`: from 0 to 1, for faults.
 */
export function createChatwootPeer(options: PeerOptions = {}): ChatwootPeer {
  const { now = () => new Date(), random = Math.random, pageOf, ...worldOptions } = options;
  const requests: SeenRequest[] = [];
  let port = 0;
  const baseUrl = () => `http://127.0.0.1:${port}`;
  const webhooks = createWebhookSender({ world: () => world, baseUrl, random });
  const world = createWorld({ ...worldOptions, now, emit: (event) => webhooks.post(event) });
  const rest = createRestFaults();
  const [service] = world.users;
  if (!service) throw new Error('a Chatwoot without users');

  const app = express();
  app.use(express.json({ limit: '2mb' }), express.raw({ type: 'multipart/form-data', limit: '45mb' }));
  app.get('/api/v1/profile', rest.handle, (req, res) => {
    const caller = findCaller(world, req);
    if (caller?.kind !== 'user') return void res.status(401).json({ error: 'Invalid Access Token' });
    res.json(profileJson(world, caller.user));
  });
  const account = express.Router({ mergeParams: true });
  account.use((req, _res, next) => {
    const body: unknown = Buffer.isBuffer(req.body) ? undefined : req.body;
    const token = req.get('api_access_token') ?? req.get('api-access-token');
    requests.push({ method: req.method, path: req.path, body, token, at: Date.now() });
    next();
  });
  account.use((_req, res, next) => {
    const since = Date.now() - 60_000;
    if (requests.length <= perMinute || (requests.at(-perMinute)?.at ?? 0) < since) return next();
    res.status(429).type('text/plain').send('Retry later\n');
  });
  account.use(rest.handle, authenticate(world));
  account.use(accountRoutes(world), conversationRoutes(world, baseUrl), messageRoutes(world, baseUrl));
  app.use('/api/v1/accounts/:accountId', account);
  app.get('/rails/active_storage/blobs/redirect/:attachmentId/:name', (req, res) => {
    const messages = [...world.conversations.values()].flatMap((one) => one.messages);
    const found = messages.flatMap((one) => one.attachments).find(({ id }) => id === Number(req.params.attachmentId));
    if (!found) return void res.status(404).end();
    res.type(found.contentType).send(found.bytes);
  });
  app.get('/app/accounts/:accountId/conversations/:id', (req, res, next) => {
    const page = pageOf?.(Number(req.params.id));
    if (page === undefined) return next();
    res.redirect(page);
  });
  app.use((_req, res) => void res.status(404).json({ error: 'Resource could not be found' }));

  const server = createServer(app);
  return {
    ...createControl(world),
    start: async () => {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', resolve);
      });
      port = (server.address() as AddressInfo).port;
    },
    stop: async () => {
      webhooks.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
    baseUrl,
    accountId: world.accountId,
    token: service.token,
    world,
    rest,
    webhooks,
    requests: () => requests,
  };
}

/** `GET /api/v1/profile`; like Chatwoot's it gives the token away. */
function profileJson(world: World, user: User) {
  const { id, name, email, role, token } = user;
  return {
    id,
    name,
    available_name: name.split(' ')[0],
    email,
    role,
    access_token: token,
    pubsub_token: `FAKEpubsubTOKENuser${id}`,
    accounts: [{ id: world.accountId, name: world.accountName, role, status: 'active' }],
  };
}
