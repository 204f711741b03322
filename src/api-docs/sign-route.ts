import express from 'express';
import { z } from 'zod';
import { sendError } from '../http/errors.ts';
import type { IsLocalRequest } from '../http/local-request.ts';
import type { Route } from '../http/route.ts';
import type { SecurityScheme } from '../sources/documentation.ts';

/** The headers that authenticate a request with this body; none where the secret is not set. */
export type Sign = (scheme: SecurityScheme, body: string) => Readonly<Record<string, string>>;

const requestSchema = z.object({ method: z.string(), path: z.string(), body: z.string() });
const json = express.json({ limit: '1mb' });

/**
 * `POST /docs/sign` for the pages of the documentation: they cannot know secrets. Whoever may ask may send what they like
 * as Chatwoot, so only our own page on this machine may.
 */
export function signRoute(
  sign: Sign,
  isLocalRequest: IsLocalRequest,
  schemesOf: (method: string, path: string) => readonly SecurityScheme[],
): Route {
  return {
    method: 'post',
    path: '/docs/sign',
    docs: 'part',
    handler: (req, res, next) => {
      if (!isLocalRequest(req) || req.headers['sec-fetch-site'] !== 'same-origin') {
        return sendError(res, 'unauthorized', 'Only the documentation page in a browser on this machine may sign.');
      }
      json(req, res, (error?: unknown) => {
        if (error !== undefined) return next(error);
        const request = requestSchema.safeParse(req.body).data;
        if (!request) return sendError(res, 'unprocessable', 'Send {"method", "path", "body"}, all of them strings.');
        const [scheme] = schemesOf(request.method.toLowerCase(), request.path);
        res.set('Cache-Control', 'no-store').json(scheme === undefined ? {} : sign(scheme, request.body));
      });
    },
  };
}
