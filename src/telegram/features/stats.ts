import { Composer } from 'grammy';
import { countNumbers } from '../../stats/count-numbers.ts';
import { type Grouping, groupings } from '../../stats/numbers.ts';
import { parsePeriod, type Period, periodWords } from '../../stats/period.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import { editReply, reply, toast, toastBeforeEdit } from '../reply.ts';
import type { Screen } from '../views/incidence-card.ts';
import { lines } from '../views/html.ts';
import { statsKeyboard, statsText } from '../views/stats.ts';

/** `words`: the period as it was typed, which a button under the numbers asks for again. */
type Asked = Readonly<{ period: Period; words: string; grouping: Grouping }>;

/** `/stats [period] [by grouping]`: either may be left out. */
export async function replyWithStats(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const { locale } = deps;
  const { read, others } = parseWords(words, {
    periods: (word) => askedPeriod(word.toLowerCase(), deps),
    groupings: oneOf(groupings),
    by: oneOf(['by']),
  });
  const [period = askedPeriod('today', deps), secondPeriod] = read.periods;
  const [grouping = 'severity', secondGrouping] = read.groupings;
  const unknown = others[0] ?? (secondPeriod || secondGrouping ? words.at(-1) : undefined);
  if (!period || unknown !== undefined) {
    const periods = [...periodWords, '2026-01-01..2026-01-31'].join(', ');
    return reply(ctx, deps, locale.texts.stats.notUnderstood(unknown ?? '', periods, groupings.join(', ')));
  }
  const { text, keyboard } = await statsScreen(deps, { ...period, grouping });
  return reply(ctx, deps, text, { keyboard });
}

function askedPeriod(words: string, { locale, now }: BotDeps): Omit<Asked, 'grouping'> | undefined {
  const period = parsePeriod(words, locale.zone, now());
  return period && { period, words };
}

async function statsScreen(deps: BotDeps, { period, words, grouping }: Asked): Promise<Screen> {
  const { db, locale, businessHours } = deps;
  const numbers = await countNumbers(db, { period, grouping }, { businessHours, zone: locale.zone });
  return { text: statsText(numbers, locale), keyboard: statsKeyboard({ period: words, grouping }, locale.texts) };
}

/** The buttons under the numbers. */
export function statsFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();
  const { texts, zone } = deps.locale;

  composer.on('callback_query:data', async (ctx, next) => {
    const button = ctx.press?.button;
    if (button?.kind !== 'show-stats' && button?.kind !== 'explain-stats') return next();
    const period = askedPeriod(button.period, deps);
    const grouping = groupings[button.id];
    if (!period || !grouping) return toast(ctx, texts.toasts.buttonExpired);
    if (button.kind === 'explain-stats') {
      await toast(ctx, '');
      const toMessage = ctx.callbackQuery.message?.message_id;
      return reply(ctx, deps, lines(texts.stats.explanations(zone, deps.businessHours !== 'always')), { toMessage });
    }
    await toastBeforeEdit(ctx, deps, { chatId: ctx.callbackQuery.message?.chat.id ?? 0 });
    return editReply(ctx, deps, () => statsScreen(deps, { ...period, grouping }));
  });

  return composer;
}
