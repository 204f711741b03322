import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backlog } from './figures/backlog.ts';
import { chatPage } from './figures/chat-page.ts';
import { chatwootIn } from './figures/chatwoot-in.ts';
import { chatwootWrite } from './figures/chatwoot-write.ts';
import { context } from './figures/context.ts';
import { escalation } from './figures/escalation.ts';
import { failover } from './figures/failover.ts';
import { fuzz } from './figures/fuzz.ts';
import { http } from './figures/http.ts';
import { idle } from './figures/idle.ts';
import { intake } from './figures/intake.ts';
import { kill } from './figures/kill.ts';
import { latency } from './figures/latency.ts';
import { lists } from './figures/lists.ts';
import { outage } from './figures/outage.ts';
import { pooler } from './figures/pooler.ts';
import { press } from './figures/press.ts';
import { routes } from './figures/routes.ts';
import { sandbox } from './figures/sandbox.ts';
import { soak } from './figures/soak.ts';
import { start } from './figures/start.ts';
import { stats } from './figures/stats.ts';
import { storm } from './figures/storm.ts';
import { throughput } from './figures/throughput.ts';
import { cleanUp } from './support/cleanup.ts';
import type { Bench, Figure, Row } from './support/figure.ts';
import { describeMachine, placeOf, tableOf, withFigures } from './support/report.ts';

/** `node bench/run.ts [figure…] [--quick]`: measures, prints and, in full, writes README.md. */
const figures: readonly Figure[] = [
  intake,
  http,
  latency,
  start,
  idle,
  throughput,
  backlog,
  outage,
  kill,
  failover,
  pooler,
  storm,
  press,
  routes,
  chatPage,
  chatwootIn,
  chatwootWrite,
  context,
  escalation,
  lists,
  stats,
  fuzz,
  soak,
  sandbox,
];

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(`There is no figure ${unknown.join(', ')}; there are ${figures.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const bench: Bench = { quick: process.argv.includes('--quick'), say: (line) => console.log(line) };
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void cleanUp().then(() => process.exit(1)));
}
const readme = join(import.meta.dirname, 'README.md');
const chosen = figures.filter(({ name }) => names.length === 0 || names.includes(name));
// Before the first half hour is spent.
for (const { name } of chosen) placeOf(name, await readFile(readme, 'utf8'));
for (const figure of chosen) {
  const begun = performance.now();
  const rows = await figure.run(bench).finally(cleanUp);
  console.log(`${figure.name} (${Math.round((performance.now() - begun) / 1000)} s)\n${tableOf(rows)}\n`);
  // Each as it comes, so that a run that is interrupted loses nothing.
  if (!bench.quick) await write(figure.name, rows);
}
process.exit();

async function write(name: string, rows: readonly Row[]): Promise<void> {
  const machine = await describeMachine(new Date());
  await writeFile(readme, withFigures(await readFile(readme, 'utf8'), new Map([[name, rows]]), machine));
}
