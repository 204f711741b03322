import { Composer } from 'grammy';
import type { User } from 'grammy/types';
import { ruleKinds } from '../../settings/severity-settings.ts';
import type { BotContext, BotDeps } from '../context.ts';
import * as dialogStore from '../dialog-store.ts';
import { reply } from '../reply.ts';
import { nameOf } from '../receive/actor.ts';
import type { Texts } from '../texts/texts.ts';
import { type Html, html, isolated } from '../views/html.ts';

/** `write-note` is asked before closing, `note` at any time. Of `add-rule` the id is a place in `ruleKinds`. */
export type Question = 'new-tag' | 'write-note' | 'note' | 'add-rule';

/** Asks one person. A late reply is recognised by the message's id, not by this text. */
export function questionText(question: Question, asked: User | undefined, id: number, texts: Texts): Html {
  const { dialogs, severityRules } = texts;
  const mention = html`<a href="tg://user?id=${asked?.id ?? 0}">${asked ? isolated(nameOf(asked).firstName) : dialogs.you}</a>`;
  return question === 'add-rule'
    ? severityRules.ask(ruleKinds[id] ?? 'words', mention)
    : dialogs.ask(question, mention, id);
}

/** Comes after the dialogs: a reply to a question that no longer waits must not be ignored silently. */
export function lateAnswerFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on(['message:text', 'message:photo', 'message:document'], async (ctx, next) => {
    const question = ctx.message.reply_to_message;
    if (question?.from?.id !== ctx.me.id || ctx.message.text?.startsWith('/')) return next();
    const place = { chatId: ctx.chat.id, messageId: question.message_id };
    const asked = await dialogStore.findQuestion(deps.db, place);
    if (!asked) return next();
    const { dialogs } = deps.locale.texts;
    await reply(
      ctx,
      deps,
      asked.telegramId === ctx.from.id ? dialogs.expired : dialogs.askedAnother(isolated(asked.firstName)),
    );
  });

  return composer;
}
