import { intake } from './figures/intake.ts';
import { latency } from './figures/latency.ts';
import type { Bench, Figure, Row } from './support/figure.ts';

const figures: readonly Figure[] = [intake, latency];

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const bench: Bench = { quick: process.argv.includes('--quick'), say: (line) => console.log(line) };
const rows: Row[] = [];
for (const figure of figures) if (names.length === 0 || names.includes(figure.name)) rows.push(...(await figure.run(bench)));
for (const one of rows) console.log(one.ok === undefined ? ' ' : one.ok ? '✓' : '✗', one.figure, '|', one.ours, '|', one.baseline, '|', one.ratio, '|', one.target);
