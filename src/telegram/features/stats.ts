import { parsePeriod, type Period, periodWords } from '../../stats/period.ts';
import * as statsStore from '../../stats/stats-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { type Html, html } from '../views/html.ts';
import { statsText } from '../views/stats.ts';

/** `/stats [period] [grouping]`: either may be left out. */
export async function sayStats(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const asked = parse(words, deps);
  if (!asked.ok) return reply(ctx, deps, asked.refusal);
  const { period, grouping } = asked;
  const [all, groups] = await Promise.all([
    statsStore.countAll(deps.db, period),
    statsStore.countPerGroup(deps.db, period, grouping),
  ]);
  return reply(ctx, deps, statsText(all, groups, grouping, period));
}

type Asked =
  | Readonly<{ ok: true; period: Period; grouping: statsStore.Grouping }>
  | Readonly<{ ok: false; refusal: Html }>;

function parse(words: readonly string[], { locale, now }: BotDeps): Asked {
  const said = words.map((word) => word.toLowerCase()).filter((word) => word !== 'by');
  const [first] = said;
  const [periodName, ...rest] = isGrouping(first) ? ['today', ...said] : [first ?? 'today', ...said.slice(1)];
  const period = parsePeriod(periodName, locale.zone, now());
  if (!period) {
    const periods = [...periodWords, '2026-01-01..2026-01-31'].join(', ');
    const refusal = html`I do not know the period “${periodName}”. Try /stats with one of: ${periods}; then, if you like, one of: ${statsStore.groupings.join(', ')}`;
    return { ok: false, refusal };
  }
  const [by = 'severity', ...more] = rest;
  const unknown = isGrouping(by) ? more[0] : by;
  if (!isGrouping(by) || unknown !== undefined) {
    const refusal = html`I cannot count by “${unknown}”. Try /stats ${periodName} with one of: ${statsStore.groupings.join(', ')}`;
    return { ok: false, refusal };
  }
  return { ok: true, period, grouping: by };
}

function isGrouping(word: string | undefined): word is statsStore.Grouping {
  return statsStore.groupings.some((grouping) => grouping === word);
}
