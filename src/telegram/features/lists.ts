import { Composer } from 'grammy';
import * as listStore from '../list-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { editReply, toastBeforeEdit } from '../reply.ts';
import { foundPage } from './find.ts';
import { openPage } from './open.ts';
import { refusePress } from './refuse.ts';

const pages = { open: openPage, find: foundPage };

/** `‹` and `›` under a list: the same message shows another page, as it is now. */
export function listsFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();
  const { texts } = deps.locale;

  composer.on('callback_query:data', async (ctx, next) => {
    if (ctx.press?.button.kind !== 'turn-page') return next();
    const { button } = ctx.press;
    const list = await listStore.findById(deps.db, button.id);
    if (!list) return refusePress(ctx, deps, { reason: 'not-found', text: texts.pages.expired });
    await toastBeforeEdit(ctx, deps, { chatId: ctx.callbackQuery.message?.chat.id ?? 0 });
    return editReply(ctx, deps, () => pages[list.command](ctx, deps, list, button));
  });

  return composer;
}
