import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { sql } from 'kysely';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Db } from '../database/connect.ts';
import { sendError } from './errors.ts';

type Row = { metric: string; label: string; value: number };

/** `GET /metrics`, for this machine (not through a proxy on it) or with the alert key as bearer. */
export function metricsRoute(db: Db, key: string | undefined): RequestHandler {
  const metrics = createMetrics(db);
  return async (req, res) => {
    const isLocal = loopback.has(req.socket.remoteAddress ?? '') && req.headers['x-forwarded-for'] === undefined;
    const hasKey = key !== undefined && sameText(req.headers.authorization ?? '', `Bearer ${key}`);
    if (!isLocal && !hasKey) {
      return sendError(
        res,
        'unauthorized',
        'Ask from this machine, or send "Authorization: Bearer <CHATWOOT_ALERT_KEY>".',
      );
    }
    const { contentType, text } = await metrics.read();
    res.type(contentType).send(text);
  };
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

function sameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** What stands in the database is counted when somebody asks, so that every process tells the same. */
function createMetrics(db: Db): { read: () => Promise<{ contentType: string; text: string }> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'bellhop_' });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `bellhop_${name}`, help, labelNames, registers: [registry] });
  const gauges = new Map([
    ['deliveries', gauge('deliveries', 'Deliveries that wait, lie folded in a storm card, or are dead', ['state'])],
    ['oldest', gauge('oldest_waiting_delivery_seconds', 'Age of the oldest delivery that is due and waits')],
    ['inbound', gauge('inbound_events', 'Stored events not processed yet, failed, or not understood', ['state'])],
    ['incidences', gauge('open_incidences', 'Incidences not closed', ['severity'])],
    ['lost', gauge('lost_chats', 'Chats that take no messages from the bot')],
  ]);

  async function collect(): Promise<void> {
    for (const each of gauges.values()) each.reset();
    const { rows } = await sql<Row>`
      select 'deliveries' as metric, state as label, count(*)::float8 as value from deliveries
      where state in ('waiting', 'folded', 'dead') group by state
      union all
      select 'oldest', '', coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from deliveries
      where state = 'waiting' and due_at <= now()
      union all
      select 'inbound', state, count(*)::float8 from inbound_events
      where state in ('stored', 'failed', 'drift') group by state
      union all
      select 'incidences', severity, count(*)::float8 from incidences where status <> 'closed' group by severity
      union all
      select 'lost', '', count(*)::float8 from lanes where lost_at is not null`.execute(db);
    const labelOf: Record<string, string> = { deliveries: 'state', inbound: 'state', incidences: 'severity' };
    for (const { metric, label, value } of rows) {
      const name = labelOf[metric];
      if (name) gauges.get(metric)?.set({ [name]: label }, value);
      else gauges.get(metric)?.set(value);
    }
  }

  return {
    read: async () => {
      await collect();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
