import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { IsLocalRequest } from '../../http/local-request.ts';
import { sameSecret } from '../../sources/secret.ts';

/**
 * The page opens with `?key=…`, which only the terminal shows; a cookie then authenticates the page's own requests. The
 * caller's address proves nothing: a local proxy calls from this machine too.
 */
export function createPageAccess(key: string, isLocalRequest: IsLocalRequest) {
  const hasKeyInUrl = (req: IncomingMessage) =>
    sameSecret(new URLSearchParams(req.url?.split('?')[1]).get('key') ?? '', key);
  const hasCookie = (req: IncomingMessage) => sameSecret(readCookie(req, cookieName(req)) ?? '', key);

  const allow = (req: IncomingMessage): boolean => isLocalRequest(req) && (hasKeyInUrl(req) || hasCookie(req));
  const setCookie: RequestHandler = (req, res, next) => {
    if (isLocalRequest(req) && hasKeyInUrl(req)) {
      res.cookie(cookieName(req), key, { httpOnly: true, sameSite: 'strict', path: req.baseUrl || '/' });
    }
    next();
  };
  return { allow, setCookie };
}

/** Browsers share cookies between the ports of a host: two sandboxes must not sign each other out. */
function cookieName({ headers }: IncomingMessage): string {
  return `bellhop_sandbox_${/:(\d+)$/.exec(headers.host ?? '')?.[1] ?? '80'}`;
}

function readCookie({ headers }: IncomingMessage, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
