import { readFile } from 'node:fs/promises';
import type { RequestHandler, Response } from 'express';

const FOLDER = new URL('../browser/', import.meta.url);
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
const NAME = /^[a-z][a-z0-9-]*\.(html|css|js|svg)$/;

const POLICY: readonly string[] = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The page's own files, read when first requested. Those in `folder`, a page that is shown inside it, go before. */
export function createAssets({ icon, folder }: { icon?: URL; folder?: URL }) {
  const kept = new Map<string, Promise<Buffer>>();
  const policy = [...POLICY, `frame-ancestors ${folder ? "'self'" : "'none'"}`].join('; ');

  function read(name: string): Promise<Buffer> {
    if (name === 'icon.svg' && icon) return readFile(icon);
    const own = () => readFile(new URL(name, FOLDER));
    return folder ? readFile(new URL(name, folder)).catch(own) : own();
  }

  function content(name: string): Promise<Buffer> {
    const known = kept.get(name) ?? read(name);
    kept.set(name, known);
    known.catch(() => kept.delete(name));
    return known;
  }

  async function send(res: Response, name: string, edit = (bytes: Buffer): Buffer | string => bytes): Promise<void> {
    const extension = NAME.exec(name)?.[1];
    const type = extension && TYPES[extension];
    const bytes = type && (await content(name).catch(() => undefined));
    if (!bytes) {
      res.status(404).json({ success: false, error: 'not_found', message: `The sandbox page has no file ${name}.` });
      return;
    }
    res.set({
      'Content-Type': type,
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    });
    res.send(edit(bytes));
  }

  /** Names its files under the address the page is mounted at. */
  const index: RequestHandler = (req, res) =>
    send(res, 'index.html', (bytes) => bytes.toString().replaceAll('"assets/', `"${req.baseUrl}/assets/`));
  const asset: RequestHandler<{ name: string }> = (req, res) => send(res, req.params.name);
  return { index, asset };
}
