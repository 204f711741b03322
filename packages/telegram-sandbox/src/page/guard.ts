import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';

const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const LOOPBACK_ADDRESS = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;

/** Lets through what `allow` allows and, where something is changed, only what our own page sent. The rest gets 404. */
export function createGuard(allow: (request: IncomingMessage) => boolean): RequestHandler {
  return (req, res, next) => {
    if (allow(req) && (req.method === 'GET' || req.method === 'HEAD' || isSameOrigin(req))) return next();
    res.status(404).json({ success: false, error: 'not_found', message: 'There is nothing here.' });
  };
}

/** Checks the name too: under a foreign name that resolves to 127.0.0.1, a web page could read along (DNS rebinding). */
export function isLocalRequest({ socket, headers }: IncomingMessage): boolean {
  return LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && LOOPBACK_NAME.test(headers.host ?? '');
}

function isSameOrigin(req: Request): boolean {
  return req.headers.host !== undefined && req.headers.origin === `http://${req.headers.host}`;
}
