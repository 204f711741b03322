import { Composer, InputFile } from 'grammy';
import { laneOf } from '../../routes/lane.ts';
import { countFriction } from '../../stats/count-friction.ts';
import { countNumbers } from '../../stats/count-numbers.ts';
import { parsePeriod, type Period, periodWords } from '../../stats/period.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { captionOptions, chatOptions, replyOptions } from '../message-options.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import { editPicture, type Pictured, replyWithPicture } from '../picture.ts';
import { placeOfUpdate, reply, toast, toastBeforeEdit } from '../reply.ts';
import { classify } from '../telegram-error.ts';
import { frictionPicture, numbersPicture } from '../views/charts.ts';
import { frictionText } from '../views/friction.ts';
import { lines } from '../views/html.ts';
import { statsKeyboard, statsText, type StatsView, statsViews } from '../views/stats.ts';
import { frictionRows, numbersRows } from '../views/stats-rows.ts';
import { refusePress } from './refuse.ts';

/** `words`: the period as it was typed, which a button under the numbers asks for again. */
type Asked = Readonly<{ period: Period; words: string; view: StatsView }>;

/** `/stats [period] [by grouping]`, `/stats [period] friction`: either may be left out. */
export async function replyWithStats(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const { locale } = deps;
  const { read, others } = parseWords(words, {
    periods: (word) => askedPeriod(word.toLowerCase(), deps),
    views: oneOf(statsViews),
    by: oneOf(['by']),
  });
  const [period = askedPeriod('today', deps), secondPeriod] = read.periods;
  const [view = 'severity', secondView] = read.views;
  const unknown = others[0] ?? (secondPeriod || secondView ? words.at(-1) : undefined);
  if (!period || unknown !== undefined) {
    const periods = [...periodWords, '2026-01-01..2026-01-31'].join(', ');
    return reply(ctx, deps, locale.texts.stats.notUnderstood(unknown ?? '', periods, statsViews.join(', ')));
  }
  return replyWithPicture(ctx, deps, await statsScreen(deps, { ...period, view }));
}

function askedPeriod(words: string, { locale, now }: BotDeps): Omit<Asked, 'view'> | undefined {
  const period = parsePeriod(words, locale.zone, now());
  return period && { period, words };
}

async function statsScreen(deps: BotDeps, { period, words, view }: Asked): Promise<Pictured> {
  const { db, locale, businessHours } = deps;
  const { zone, texts } = locale;
  const keyboard = statsKeyboard({ period: words, view }, texts);
  if (view === 'friction') {
    const friction = await countFriction(db, period, { businessHours, zone });
    return { text: frictionText(friction, locale), chart: frictionPicture(friction, locale), keyboard };
  }
  const numbers = await countNumbers(db, { period, grouping: view }, { businessHours, zone });
  return { text: statsText(numbers, locale), chart: numbersPicture(numbers, locale), keyboard };
}

/** The buttons under the numbers. */
export function statsFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('callback_query:data', async (ctx, next) => {
    const button = ctx.press?.button;
    if (!button || !('period' in button)) return next();
    const period = askedPeriod(button.period, deps);
    const view = statsViews[button.id];
    if (!period || !view)
      return refusePress(ctx, deps, { reason: 'not-found', text: deps.locale.texts.toasts.buttonExpired });
    switch (button.kind) {
      case 'show-stats':
        await toastBeforeEdit(ctx, deps, { chatId: ctx.callbackQuery.message?.chat.id ?? 0 });
        return editPicture(ctx, deps, () => statsScreen(deps, { ...period, view }));
      case 'explain-stats':
        await toast(ctx, '');
        return explain(ctx, deps, view);
      case 'send-rows':
        await toast(ctx, '');
        return sendRows(ctx, deps, { ...period, view });
    }
  });

  return composer;
}

function explain(ctx: BotContext, deps: BotDeps, view: StatsView): Promise<unknown> {
  const { texts, zone, currency } = deps.locale;
  const explained =
    view === 'friction'
      ? texts.friction.explanations(currency)
      : texts.stats.explanations(zone, deps.businessHours !== 'always');
  return reply(ctx, deps, lines(explained), { toMessage: ctx.callbackQuery?.message?.message_id });
}

/** The numbers as CSV, where they were asked for: they name no customer. */
async function sendRows(ctx: BotContext, deps: BotDeps, { period, words, view }: Asked): Promise<unknown> {
  const place = placeOfUpdate(ctx);
  if (!place) return undefined;
  const { db, locale, businessHours } = deps;
  const { zone, texts } = locale;
  const csv =
    view === 'friction'
      ? frictionRows(await countFriction(db, period, { businessHours, zone }))
      : numbersRows(await countNumbers(db, { period, grouping: view }, { businessHours, zone }));
  const messageId = ctx.callbackQuery?.message?.message_id;
  try {
    return await deps.dispatcher.interact(laneOf(place.chatId), () =>
      ctx.api.sendDocument(place.chatId, new InputFile(Buffer.from(csv), `stats-${words}-${view}.csv`), {
        ...chatOptions(place),
        ...captionOptions(texts.stats.rowsOf(view, period.name)),
        ...(messageId === undefined ? {} : replyOptions(messageId)),
        disable_content_type_detection: true,
      }),
    );
  } catch (error) {
    if (classify(error).outcome !== 'content-forbidden') throw error;
    return reply(ctx, deps, texts.stats.filesForbidden);
  }
}
