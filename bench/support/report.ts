import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { installedPackage } from '../../src/database/embedded/binaries.ts';
import type { Row } from './figure.ts';

/** Where, when and with what the figures were measured. */
export async function describeMachine(now: Date): Promise<string> {
  const { version } = await installedPackage();
  const cores = `${availableParallelism()} cores${cpus()[0]?.model ? ` (${cpus()[0]?.model.trim()})` : ''}`;
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  return `${now.toISOString().slice(0, 10)} · Node ${process.version} · PostgreSQL ${version} · ${cores} · ${memory} · ${process.platform} ${release()}`;
}

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ figure, ours, baseline, ratio, target, ok }) => {
    const verdict = ok === undefined ? '' : ok ? ' ✓' : ' ✗';
    return `| ${figure} | ${ours} | ${baseline} | ${ratio} | ${target}${verdict} |`;
  });
  return ['| figure | Bellhop | baseline | ratio | target |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** The text with the measured figures in the place of the older ones; a figure that was not measured stays as it is. */
export function withFigures(text: string, measured: ReadonlyMap<string, readonly Row[]>, machine: string): string {
  let result = text;
  for (const [name, rows] of measured) {
    const { begin, from, to } = placeOf(name, result);
    result = `${result.slice(0, from)}${begin}\n\n${machine}\n\n${tableOf(rows)}\n\n${result.slice(to)}`;
  }
  return result;
}

/** Where the table of a figure stands. Throws where README.md has no place for it. */
export function placeOf(name: string, text: string) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`README.md has no place for ${name}: ${begin} … ${end}`);
  return { begin, from, to };
}
