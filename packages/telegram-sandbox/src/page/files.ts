import type { RequestHandler } from 'express';
import type { Sandbox } from '../control.ts';

/** Types the page may show; all others are only offered for download. */
const SHOWN = /^(?:text\/|image\/(?:png|jpeg|gif|webp)$|application\/json$)/;

/** A document's bytes. HTML in it can neither run scripts nor load anything. */
export function createFileHandler(sandbox: Sandbox): RequestHandler<{ id: string }> {
  return (req, res) => {
    const file = sandbox.file(req.params.id);
    if (!file) {
      res.status(404).json({ success: false, error: 'not_found', message: 'The sandbox has no such file any more.' });
      return;
    }
    const isShown = SHOWN.test(file.mime_type) && req.query['download'] === undefined;
    const isText = /^text\/|json$/.test(file.mime_type);
    res.attachment(file.file_name);
    if (isShown) res.set('Content-Disposition', 'inline');
    res.set({
      'Content-Type': isShown
        ? `${file.mime_type.split(';')[0]}${isText ? '; charset=utf-8' : ''}`
        : 'application/octet-stream',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    res.send(sandbox.documentContent(file.file_id));
  };
}
