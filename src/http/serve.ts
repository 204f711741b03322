import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

type Loaded = Readonly<{ body: Buffer; zipped: Buffer; tag: string }>;

const zip = promisify(gzip);

/**
 * Answers with the same bytes until the next start; a browser that has them asks only whether they are current. They are
 * read and compressed when first asked for, so that a start does not wait for them.
 */
export function serveBytes(type: string, read: () => Promise<string | Buffer>): RequestHandler {
  let loading: Promise<Loaded> | undefined;
  return async (req, res) => {
    loading ??= load(read);
    const { body, zipped, tag } = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    res.set({ 'Content-Type': type, 'Cache-Control': 'no-cache', ETag: tag, Vary: 'Accept-Encoding' });
    if (req.headers['if-none-match'] === tag) return void res.status(304).end();
    const isZipped = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
    if (isZipped) res.set('Content-Encoding', 'gzip');
    const bytes = isZipped ? zipped : body;
    res.set('Content-Length', String(bytes.length)).end(req.method === 'HEAD' ? undefined : bytes);
  };
}

async function load(read: () => Promise<string | Buffer>): Promise<Loaded> {
  const body = Buffer.from(await read());
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  // Weak: the same for both forms.
  return { body, zipped: await zip(body), tag: `W/"${hash}"` };
}
