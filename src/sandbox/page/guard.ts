import type { Request, RequestHandler } from 'express';

const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const LOOPBACK_ADDRESS = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;

/**
 * Only for whoever sits at this machine: the caller's address, the name they called us by (a foreign name that
 * resolves to 127.0.0.1 is somebody's web page reading along) and, where something is done, the page it comes from.
 * Everyone else finds nothing here.
 */
export const onlyFromHere: RequestHandler = (req, res, next) => {
  if (isLocal(req) && (req.method === 'GET' || req.method === 'HEAD' || isSameOrigin(req))) return next();
  res.status(404).json({ success: false, error: 'not_found', message: 'There is nothing here.' });
};

function isLocal(req: Request): boolean {
  const isForwarded = 'x-forwarded-for' in req.headers || 'forwarded' in req.headers;
  return !isForwarded && LOOPBACK_ADDRESS.test(req.socket.remoteAddress ?? '') && isLoopbackHost(req.headers.host);
}

export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK_NAME.test(host.replace(/:\d{1,5}$/, ''));
}

function isSameOrigin(req: Request): boolean {
  return req.headers.host !== undefined && req.headers.origin === `http://${req.headers.host}`;
}
