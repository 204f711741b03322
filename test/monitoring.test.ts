import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { postAlert, type Product, quiet, secrets, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { alertOf } from './support/world.ts';

const read = (path: string) => readFileSync(new URL(`../deploy/${path}`, import.meta.url), 'utf8');

/** What `/metrics` offers: the labels of each name. */
let offered: ReadonlyMap<string, ReadonlySet<string>>;
let first = '';
let text = '';

beforeAll(async () => {
  const product = await startProduct({
    env: {
      CHATWOOT_BASE_URL: 'http://127.0.0.1:9',
      CHATWOOT_ACCOUNT_ID: '1',
      CHATWOOT_API_TOKEN: 'test-chatwoot-api-token',
    },
  });
  first = await fetchMetrics(product);
  await postAlert(product, { severity: 'nonsense' });
  await postAlert(product, alertOf(1));
  await quiet(product);
  const messageId = product.sandbox.messages(product.chatId)[0]?.message_id ?? 0;
  await product.sandbox.press({ chatId: product.chatId, messageId, button: 'Acknowledge', by: SEED.ana });
  await waitUntil(async () => /^bellhop_press_seconds_count 1$/m.test(await fetchMetrics(product)));
  await product.rows(`
    insert into reconcilers (source, covered_until, succeeded_at) values ('chatwoot', now(), now())
    on conflict (source) do update set succeeded_at = now()`);
  text = await fetchMetrics(product);
  offered = labelsOf(text);
  await product.stop();
});

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Bellhop/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+m$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string() }),
        }),
      ),
    }),
  ),
});

test('the alert rules use what /metrics offers', () => {
  const { groups } = rulesSchema.parse(parse(read('alerts.yaml')));
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  for (const { expr, annotations } of rules) expectOffered(expr, annotations.summary);
});

test('the dashboard uses what /metrics offers', () => {
  const { panels } = z
    .object({
      panels: z.array(
        z.object({
          id: z.int(),
          targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).min(1),
        }),
      ),
    })
    .parse(JSON.parse(read('grafana-dashboard.json')));
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { expr, legendFormat } of panels.flatMap(({ targets }) => targets)) expectOffered(expr, legendFormat);
});

test('the first scrape has the figures of the process', () => {
  expect(first).toMatch(/^bellhop_process_resident_memory_bytes [1-9]/m);
  for (const figure of ['min', 'max', 'p99'])
    expect(first).toMatch(new RegExp(`^bellhop_nodejs_eventloop_lag_${figure}_seconds 0\\.\\d`, 'm'));
});

test('what happened is in /metrics', () => {
  for (const line of [
    /^bellhop_stored_events_total\{source="alert"\} 1$/m,
    /^bellhop_delivery_attempts_total\{kind="send_card",outcome="sent"\} 1$/m,
    /^bellhop_waiting_deliveries\{priority="critical"\} 0$/m,
    /^bellhop_oldest_waiting_delivery_seconds\{priority="critical"\} 0$/m,
    /^bellhop_telegram_request_seconds_count\{method="sendMessage"\} [1-9]/m,
    /^bellhop_telegram_request_seconds_bucket\{le="\+Inf",method="answerCallbackQuery"\} 1$/m,
    /^bellhop_telegram_errors_total\{code="429"\} 0$/m,
    /^bellhop_press_seconds_bucket\{le="\+Inf"\} 1$/m,
    /^bellhop_reminders_total\{about="open"\} 0$/m,
    /^bellhop_database_connections\{pool="pool",state="idle"\} \d/m,
    /^bellhop_database_waiting_requests\{pool="worker"\} 0$/m,
    /^bellhop_reconciled_age_seconds\{source="chatwoot"\} \d/m,
    /^bellhop_nodejs_eventloop_lag_p99_seconds \d/m,
  ])
    expect(text).toMatch(line);
});

test('/metrics is valid: each name is described once, before its samples, and no sample comes twice', () => {
  const described = new Map<string, string>();
  const seen = new Set<string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, word, about = '', rest = ''] = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)$/.exec(line) ?? [];
    if (word === 'HELP') expect(described.has(about), line).toBe(false);
    if (word !== undefined) {
      described.set(about, rest);
      continue;
    }
    const [, name = '', labels = ''] =
      /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN)$/i.exec(line) ?? [];
    expect(name, line).not.toBe('');
    if (labels !== '') expect(labels, line).toMatch(/^(?:[a-z_]\w*="(?:[^"\\]|\\.)*",?)+$/);
    const base = name.replace(/_(?:bucket|sum|count)$/, '');
    const type = described.get(name) ?? described.get(base) ?? '';
    expect(['counter', 'gauge', 'histogram', 'summary'], line).toContain(type);
    if (type === 'counter') expect(name).toMatch(/_total$/);
    if (type === 'gauge') expect(name).not.toMatch(/_(?:total|count|sum|bucket)$/);
    const sample = line.slice(0, line.lastIndexOf(' '));
    expect(seen.has(sample), line).toBe(false);
    seen.add(sample);
  }
  expect(seen.size).toBeGreaterThan(50);
});

test.skipIf(spawnSync('promtool', ['--version']).error)('promtool accepts /metrics and the rules', () => {
  const check = (what: string, input?: string) => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', ...what.split(' ')], {
      input,
      cwd: new URL('../deploy', import.meta.url),
      encoding: 'utf8',
    });
    expect(status, `${stdout}${stderr}`).toBe(0);
  };
  check('metrics', text);
  check('rules alerts.yaml');
});

/** The metrics of an expression, and the labels in it and in its text; Prometheus itself adds `instance`. */
function expectOffered(expr: string, text: string): void {
  const names = expr.match(/bellhop_\w+/g) ?? [];
  expect(names.length, expr).toBeGreaterThan(0);
  for (const name of names) expect(offered.get(name), `${name} in /metrics`).toBeDefined();
  const labels = offered.get(names[0] ?? '');
  const used = [
    ...(/\{([^}]*)\}/.exec(expr)?.[1] ?? '').matchAll(/(\w+)=/g),
    ...(/by \(([^)]*)\)/.exec(expr)?.[1]?.matchAll(/(\w+)/g) ?? []),
    ...text.matchAll(/\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g),
  ].map(([, label]) => label);
  for (const label of used) {
    if (label !== 'instance') expect([...(labels ?? [])], `a label of ${names[0]}`).toContain(label);
  }
}

async function fetchMetrics({ baseUrl }: Product): Promise<string> {
  const response = await fetch(`${baseUrl}/metrics`, { headers: { authorization: `Bearer ${secrets.alertKey}` } });
  expect(response.status).toBe(200);
  return response.text();
}

function labelsOf(metrics: string): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of metrics.matchAll(/^(bellhop_\w+)(?:\{(.*)\})? /gm)) {
    const known = all.get(name) ?? new Set<string>();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    all.set(name, known);
  }
  return all;
}
