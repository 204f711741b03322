import { setTimeout as wait } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Gauge, type Registry } from 'prom-client';
import type { Db } from '../database/connect.ts';
import type { AttemptMeter } from '../delivery/attempt-meter.ts';
import type { Log } from '../log.ts';
import { metricsDocs } from './documentation.ts';
import { sendError } from './errors.ts';
import type { Reconciling } from './health.ts';
import type { MayInspect } from './inspect-access.ts';
import type { Meters } from './meters.ts';
import type { Refusals } from './refusals.ts';
import type { Route } from './route.ts';
import * as metricsStore from './metrics-store.ts';

type Deps = Readonly<{
  db: Db;
  mayInspect: MayInspect;
  bodyBytes: () => number;
  refused: Refusals['counts'];
  attempted: AttemptMeter['all'];
  meters: Meters;
  reconciled: readonly Reconciling[];
  now: () => Date;
  log: Log;
}>;

/** `GET /metrics`. */
export function metricsRoute(deps: Deps): Route {
  const { mayInspect, now, log } = deps;
  const metrics = createMetrics(deps);
  const path = '/metrics';
  return {
    path,
    docs: metricsDocs,
    handler: async (req, res) => {
      if (!mayInspect(req)) {
        const advice = 'Set CHATWOOT_ALERT_KEY and send "Authorization: Bearer <CHATWOOT_ALERT_KEY>".';
        return sendError(res, 'unauthorized', advice);
      }
      try {
        const { contentType, text } = await metrics.read(now());
        res.type(contentType).send(text);
      } catch (err) {
        log.warn({ err }, 'metrics.read_failed');
        sendError(res, 'unavailable', 'Metrics unavailable: the database is not responding. See /ready.');
      }
    },
  };
}

const labelOf: Partial<Record<metricsStore.Figure['metric'], string>> = {
  deliveries: 'state',
  waiting: 'priority',
  oldest: 'priority',
  inbound: 'state',
  incidences: 'severity',
  reconciled: 'source',
};

/** prom-client's totals are gauges with a counter's name; the same figures by type remain. */
const misnamed = ['active_handles', 'active_requests', 'active_resources'] as const;

const firstDelaysMs = 50;

/** Database figures are counted per scrape, so that every process reports the same. */
function createMetrics({
  db,
  bodyBytes,
  refused,
  attempted,
  meters,
  reconciled,
}: Omit<Deps, 'mayInspect' | 'now' | 'log'>): Readonly<{
  read: (now: Date) => Promise<{ contentType: string; text: string }>;
}> {
  const sources = reconciled.map(({ source }) => source);
  const { registry } = meters;
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `bellhop_${name}`, help, labelNames, registers: [registry] });
  const bodies = gauge('request_body_bytes', 'Bytes of request bodies in memory');
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `bellhop_${name}_total`, help, labelNames, registers: [registry] });
  const refusedTotal = counter(
    'refused_deliveries',
    'Source deliveries refused and not stored since this process started',
    ['address', 'code'],
  );
  const attempts = counter(
    'delivery_attempts',
    'Attempts to send to Telegram or the help desk since this process started; retry-after: it asked us to wait',
    ['kind', 'outcome'],
  );
  const attemptSeconds = counter(
    'delivery_attempt_seconds',
    'What these attempts took, rendering and recording included',
    ['kind', 'outcome'],
  );
  const gauges = new Map([
    [
      'deliveries',
      gauge('deliveries', 'Deliveries by state: waiting, folded into a storm card, or failed for good (dead)', [
        'state',
      ]),
    ],
    ['waiting', gauge('waiting_deliveries', 'Deliveries that wait, by priority', ['priority'])],
    [
      'oldest',
      gauge('oldest_waiting_delivery_seconds', 'Age of the oldest delivery that is due and still waiting', [
        'priority',
      ]),
    ],
    ['inbound', gauge('inbound_events', 'Stored events not processed yet, failed, or not recognized', ['state'])],
    ['incidences', gauge('open_incidences', 'Open incidences', ['severity'])],
    [
      'reconciled',
      gauge('reconciled_age_seconds', 'Time since the changes in a source were last compared with its webhooks', [
        'source',
      ]),
    ],
    ['lost', gauge('lost_chats', 'Chats that reject messages from the bot')],
  ]);

  async function collect(now: Date): Promise<void> {
    bodies.set(bodyBytes());
    for (const each of [refusedTotal, attempts, attemptSeconds]) each.reset();
    for (const { address, code, count } of refused()) refusedTotal.inc({ address, code }, count);
    for (const { kind, outcome, count, seconds } of attempted()) {
      attempts.inc({ kind, outcome }, count);
      attemptSeconds.inc({ kind, outcome }, seconds);
    }
    for (const each of gauges.values()) each.reset();
    for (const { metric, label, value } of await metricsStore.findAllFigures(db, sources, now)) {
      const name = labelOf[metric];
      if (name) gauges.get(metric)?.set({ [name]: label }, value);
      else gauges.get(metric)?.set(value);
    }
  }

  let processFigures: Promise<void> | undefined;
  return {
    read: async (now) => {
      processFigures ??= collectProcessFigures(registry);
      await Promise.all([processFigures, collect(now)]);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/**
 * From the first scrape on: what measures the event loop's delay wakes the process a hundred times a second, half of what an
 * idle process costs.
 */
async function collectProcessFigures(registry: Registry): Promise<void> {
  collectDefaultMetrics({ register: registry, prefix: 'bellhop_' });
  for (const name of misnamed) registry.removeSingleMetric(`bellhop_nodejs_${name}_total`);
  // Until it has measured once, its smallest delay is the largest number.
  await wait(firstDelaysMs);
}
