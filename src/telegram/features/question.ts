import { Composer } from 'grammy';
import type { Message, User } from 'grammy/types';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../say.ts';
import { nameOf } from '../who.ts';
import { type Html, html } from '../views/html.ts';

export type Question = 'new-tag' | 'write-note';

/** How the bot asks one person. A reply to it is known by these words, whatever became of the dialog. */
export function questionText(question: Question, asked: User | undefined, id: number): Html {
  const name = html`<a href="tg://user?id=${asked?.id ?? 0}">${asked ? nameOf(asked).firstName : 'You'}</a>`;
  const what = question === 'new-tag' ? 'the new tag' : 'the note';
  return html`${name}, reply with ${what} for #${id} (or /cancel).`;
}

function isQuestion(text: string | undefined): boolean {
  return /, reply with the (new tag|note) for #\d+ \(or \/cancel\)\.$/.test(text ?? '');
}

/** Stands behind the dialogs: a reply to one of our questions that nobody waited for must not vanish in silence. */
export function lateAnswerFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('message:text', async (ctx, next) => {
    const question = ctx.message.reply_to_message;
    const isOurs = question?.from?.id === ctx.me.id && isQuestion(question.text);
    if (!isOurs || ctx.message.text.startsWith('/')) return next();
    const asked = askedPerson(question);
    await reply(
      ctx,
      deps,
      asked && asked.id !== ctx.from.id
        ? html`This question was for ${nameOf(asked).firstName}. Press Tag or Close to answer one yourself.`
        : html`This question has expired. Press Tag or Close again.`,
    );
  });

  return composer;
}

/** Telegram turns the link to a person into the person. */
function askedPerson(question: Pick<Message, 'entities'>): User | undefined {
  return question.entities?.flatMap((entity) => (entity.type === 'text_mention' ? [entity.user] : []))[0];
}
