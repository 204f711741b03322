import type { Request, RequestHandler, Response } from 'express';
import type { Actor, Conversation } from './records.ts';
import { adoptConversation } from './conversation-messages.ts';
import type { World } from './world.ts';

/** The few calls that the token of an agent bot may make (`BOT_ACCESSIBLE_ENDPOINTS`). */
const forBots: readonly RegExp[] = [
  /^GET \/conversations\/\d+$/,
  /^POST \/conversations\/\d+\/(toggle_status|toggle_priority|custom_attributes|messages|assignments|labels)$/,
  /^GET \/conversations\/\d+\/labels$/,
];

export function findCaller(world: World, req: Request): Actor | undefined {
  // nginx drops names with underscores; Rack takes either form.
  const token = req.get('api_access_token') ?? req.get('api-access-token');
  if (!token) return undefined;
  const user = world.users.find((one) => one.token === token);
  if (user) return { kind: 'user', user };
  const bot = world.bots.find((one) => one.token === token);
  return bot && { kind: 'bot', bot };
}

/** Missing permission is 401 in Chatwoot, never 403. */
export function authenticate(world: World): RequestHandler {
  return (req, res, next) => {
    const caller = findCaller(world, req);
    if (!caller) return void res.status(401).json({ error: 'Invalid Access Token' });
    if (req.params['accountId'] !== String(world.accountId)) return refuse(res);
    if (caller.kind === 'bot' && !forBots.some((call) => call.test(`${req.method} ${req.path}`))) return refuse(res);
    res.locals['caller'] = caller;
    next();
  };
}

export function callerOf(res: Response): Actor {
  return res.locals['caller'] as Actor;
}

export const requireAdministrator: RequestHandler = (_req, res, next) => {
  const caller = callerOf(res);
  if (caller.kind === 'user' && caller.user.role === 'administrator') return next();
  refuse(res);
};

export function refuse(res: Response): void {
  res.status(401).json({ error: 'You are not authorized to do this action' });
}

export function notFound(res: Response): void {
  res.status(404).json({ error: 'Resource could not be found' });
}

/** What an unrescued exception of Rails looks like from outside. */
export function crash(res: Response): void {
  res.status(500).type('text/html').send('<html><body><h1>500 Internal Server Error</h1></body></html>');
}

export function conversationOf(world: World, req: Request): Conversation | undefined {
  const id = Number(req.params['id']);
  return world.conversations.get(id) ?? (world.adopts && id > 0 ? adoptConversation(world, id) : undefined);
}
