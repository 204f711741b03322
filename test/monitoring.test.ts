import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { postAlert, type Product, quiet, secrets, startProduct } from './support/product.ts';
import { alertOf } from './support/world.ts';

const read = (path: string) => readFileSync(new URL(`../deploy/${path}`, import.meta.url), 'utf8');

/** What `/metrics` offers: the labels of each name. */
let offered: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  const product = await startProduct({
    env: {
      CHATWOOT_BASE_URL: 'http://127.0.0.1:9',
      CHATWOOT_ACCOUNT_ID: '1',
      CHATWOOT_API_TOKEN: 'test-chatwoot-api-token',
    },
  });
  await postAlert(product, { severity: 'nonsense' });
  await postAlert(product, alertOf(1));
  await quiet(product);
  await product.rows(`
    insert into reconcilers (source, covered_until, succeeded_at) values ('chatwoot', now(), now())
    on conflict (source) do update set succeeded_at = now()`);
  offered = labelsOf(await fetchMetrics(product));
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
