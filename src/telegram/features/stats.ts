import { parsePeriod, periodWords } from '../../stats/period.ts';
import * as statsStore from '../../stats/stats-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import { reply } from '../reply.ts';
import { statsText } from '../views/stats.ts';

/** `/stats [period] [by grouping]`: either may be left out. */
export async function replyWithStats(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const { locale } = deps;
  const now = deps.now();
  const { read, others } = parseWords(words, {
    periods: (word) => parsePeriod(word.toLowerCase(), locale.zone, now),
    groupings: oneOf(statsStore.groupings),
    by: oneOf(['by']),
  });
  const [period = parsePeriod('today', locale.zone, now), secondPeriod] = read.periods;
  const [grouping = 'severity', secondGrouping] = read.groupings;
  const unknown = others[0] ?? (secondPeriod || secondGrouping ? words.at(-1) : undefined);
  if (!period || unknown !== undefined) {
    const periods = [...periodWords, '2026-01-01..2026-01-31'].join(', ');
    return reply(ctx, deps, locale.texts.stats.notUnderstood(unknown ?? '', periods, statsStore.groupings.join(', ')));
  }
  const [all, groups] = await Promise.all([
    statsStore.countAll(deps.db, period),
    statsStore.countPerGroup(deps.db, period, grouping),
  ]);
  return reply(ctx, deps, statsText(all, groups, grouping, period, locale.texts));
}
