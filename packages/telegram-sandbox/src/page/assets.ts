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

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page's own files, read when first requested. */
export function createAssets(icon?: URL) {
  const kept = new Map<string, Promise<Buffer>>();

  function content(name: string): Promise<Buffer> {
    const known = kept.get(name) ?? readFile(name === 'icon.svg' && icon ? icon : new URL(name, FOLDER));
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
      'Content-Security-Policy': POLICY,
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
