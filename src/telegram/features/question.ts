import { Composer } from 'grammy';
import type { User } from 'grammy/types';
import type { BotContext, BotDeps } from '../context.ts';
import * as dialogStore from '../dialog-store.ts';
import { reply } from '../say.ts';
import { nameOf } from '../who.ts';
import { type Html, html } from '../views/html.ts';

export type Question = 'new-tag' | 'write-note';

/** How the bot asks one person. A late reply is recognised by the message's id, not by these words. */
export function questionText(question: Question, asked: User | undefined, id: number): Html {
  const name = html`<a href="tg://user?id=${asked?.id ?? 0}">${asked ? nameOf(asked).firstName : 'You'}</a>`;
  const what = question === 'new-tag' ? 'the new tag' : 'the note';
  return html`${name}, reply with ${what} for #${id} (or /cancel).`;
}

/** Stands behind the dialogs: a reply to one of our questions that nobody waited for must not vanish in silence. */
export function lateAnswerFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('message:text', async (ctx, next) => {
    const question = ctx.message.reply_to_message;
    if (question?.from?.id !== ctx.me.id || ctx.message.text.startsWith('/')) return next();
    const place = { chatId: ctx.chat.id, messageId: question.message_id };
    const asked = await dialogStore.findQuestion(deps.db, place);
    if (!asked) return next();
    await reply(
      ctx,
      deps,
      asked.telegramId !== ctx.from.id
        ? html`This question was for ${asked.firstName}. Press Tag or Close to answer one yourself.`
        : html`This question has expired. Press Tag or Close again.`,
    );
  });

  return composer;
}
