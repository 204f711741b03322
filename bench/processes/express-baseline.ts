import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Request } from 'express';
import { Pool } from 'pg';
import { serve } from '../support/remote.ts';

const pool = new Pool({ max: 10 });

const handlers = { start };
export type ExpressHandlers = typeof handlers;
serve(handlers);

/** What one would write without Bellhop. `/read` reads the body and answers; `/insert` checks the signature and stores each request by itself. */
async function start(settings: { databaseUrl: string; secret: string }): Promise<number> {
  pool.options.connectionString = settings.databaseUrl;
  await pool.query(`create table webhooks (
    id bigint generated always as identity primary key, delivery_id text not null unique, headers jsonb not null,
    body bytea not null, received_at timestamptz not null)`);
  const app = express().disable('x-powered-by').disable('etag');
  const raw = express.raw({ type: () => true, limit: '2mb' });

  app.post('/read', raw, (_req, res) => {
    res.json({ success: true });
  });

  app.post('/insert', raw, async (req: Request<object, object, Buffer>, res) => {
    if (!isSigned(req, settings.secret)) {
      res.status(401).json({ success: false });
      return;
    }
    await pool.query(
      'insert into webhooks (delivery_id, headers, body, received_at) values ($1, $2, $3, $4) on conflict do nothing',
      [req.get('x-chatwoot-delivery'), JSON.stringify({ 'user-agent': req.get('user-agent') }), req.body, new Date()],
    );
    res.json({ success: true });
  });

  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

function isSigned(req: Request<object, object, Buffer>, secret: string): boolean {
  const timestamp = req.get('x-chatwoot-timestamp') ?? '';
  const given = Buffer.from(req.get('x-chatwoot-signature') ?? '');
  const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(req.body).digest('hex');
  const expected = Buffer.from(`sha256=${mac}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
