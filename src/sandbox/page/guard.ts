import type { Request, RequestHandler } from 'express';
import { isFromHere } from '../../from-here.ts';

/**
 * Only for whoever sits at this machine and, where something is done, from our own page.
 * Everyone else finds nothing here.
 */
export const onlyFromHere: RequestHandler = (req, res, next) => {
  if (isFromHere(req) && (req.method === 'GET' || req.method === 'HEAD' || isSameOrigin(req))) return next();
  res.status(404).json({ success: false, error: 'not_found', message: 'There is nothing here.' });
};

function isSameOrigin(req: Request): boolean {
  return req.headers.host !== undefined && req.headers.origin === `http://${req.headers.host}`;
}
