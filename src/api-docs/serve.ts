import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';

/** Answers with the same bytes until the next start; a browser that has them asks only whether they are current. */
export function serveText(type: string, text: string | Buffer): RequestHandler {
  const body = Buffer.from(text);
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-cache', ETag: tag };
  return (req, res) => {
    res.set(headers);
    if (req.headers['if-none-match'] === tag) return void res.status(304).end();
    res.set('Content-Length', String(body.length)).end(req.method === 'HEAD' ? undefined : body);
  };
}
