import { type Conversation, createConversation } from '@grammyjs/conversations';
import { Composer, type Context } from 'grammy';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import type { Person } from '../../people/person.ts';
import { fillIn } from '../../replies/fill-in.ts';
import * as replyStore from '../../replies/reply-store.ts';
import { discardReply, type SendOutcome, sendReply } from '../../replies/send-reply.ts';
import type { Button } from '../callback-data.ts';
import { onCommands } from '../command.ts';
import type { BotContext, BotDeps } from '../context.ts';
import * as dialogStore from '../dialog-store.ts';
import { nameOf, resolveActor } from '../receive/actor.ts';
import { reply, toast } from '../reply.ts';
import { numberOf } from '../typed-number.ts';
import { html, isolated } from '../views/html.ts';
import { savedAnswerButtons } from '../views/reply.ts';
import { refusalHere, refusePress } from './refuse.ts';
import { contentOf, findWay, showPreview, typedReply } from './reply-preview.ts';

const maxWaitMs = 10 * 60_000;

/** Writing to a customer: asked for by the card's `Reply` or `/reply`, previewed, and sent by the preview's button alone. */
export function replyFeature(deps: BotDeps): Composer<BotContext> {
  const { replies, toasts } = deps.locale.texts;
  const composer = new Composer<BotContext>();
  composer.use(createConversation(ask(deps), { id: 'reply', parallel: true, maxMillisecondsToWait: maxWaitMs }));

  async function begin(ctx: BotContext, id: number): Promise<void> {
    if (!(await incidenceViewStore.findById(deps.db, id)))
      return refusePress(ctx, deps, { reason: 'not-found', text: toasts.notFound });
    await toast(ctx, replies.toast);
    // One question at a time, so that an answer never goes to a forgotten one.
    await ctx.conversation.exitAll();
    const way = await findWay(ctx, deps, id);
    if (way) await ctx.conversation.enter('reply', id, way.channel);
  }

  async function settle(ctx: BotContext, button: Button, person: Person): Promise<SendOutcome> {
    const request = { id: button.id, actor: person };
    const isSend = button.kind === 'send-reply';
    const outcome = await (isSend ? sendReply : discardReply)(deps.db, request, deps.now());
    if (outcome.ok) {
      deps.wake.signal('deliveries');
      await toast(ctx, isSend ? replies.sending : button.kind === 'change-reply' ? replies.toast : replies.discarded);
      return outcome;
    }
    const text = await refusalOf(deps, button.id, outcome.reason);
    await refusePress(ctx, deps, { reason: outcome.reason, text, alert: true });
    return outcome;
  }

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    if (
      button.kind !== 'reply' &&
      button.kind !== 'send-reply' &&
      button.kind !== 'discard-reply' &&
      button.kind !== 'change-reply' &&
      button.kind !== 'saved-answer'
    )
      return next();
    switch (button.kind) {
      case 'reply':
        return begin(ctx, button.id);
      case 'send-reply':
      case 'discard-reply':
        await settle(ctx, button, person);
        return undefined;
      case 'change-reply': {
        const outcome = await settle(ctx, button, person);
        if (!outcome.ok) return undefined;
        await ctx.conversation.exitAll();
        const way = await findWay(ctx, deps, outcome.incidenceId);
        if (way) await ctx.conversation.enter('reply', outcome.incidenceId, way.channel);
        return undefined;
      }
      case 'saved-answer': {
        const answers = (await deps.replyDesk?.savedAnswers()) ?? [];
        const answer = answers.find(({ id }) => id === button.answerId);
        const incidence = await incidenceViewStore.findById(deps.db, button.id);
        if (!answer || !incidence) {
          const text = answer ? toasts.notFound : replies.answerGone;
          return refusePress(ctx, deps, { reason: 'not-found', text });
        }
        await toast(ctx, answer.name);
        await ctx.conversation.exitAll();
        const way = await findWay(ctx, deps, button.id);
        const facts = {
          customer: incidence.customerName,
          email: incidence.customerEmail,
          phone: incidence.customerPhone,
          agent: person.firstName,
          conversation: incidence.externalId,
        };
        const content = { text: fillIn(answer.text, facts), file: null };
        if (way) await showPreview(ctx, deps, { id: button.id, person, content, channel: way.channel });
        return undefined;
      }
    }
  });

  const replyCommand = async (ctx: BotContext, words: readonly string[]) => {
    const who = await resolveActor(ctx, deps);
    if (!who.ok) return reply(ctx, deps, html`${await refusalHere(ctx, deps, who)}`);
    const id = numberOf(words[0]);
    const text = typedReply(ctx.message?.text ?? '');
    if (id === undefined || text === '') return reply(ctx, deps, replies.whichOne);
    const way = await findWay(ctx, deps, id);
    if (!way) return undefined;
    return showPreview(ctx, deps, { id, person: who.person, content: { text, file: null }, channel: way.channel });
  };
  composer.use(onCommands(new Map([['reply', replyCommand]])));

  return composer;
}

function ask(deps: BotDeps) {
  return async (conversation: Conversation<BotContext, Context>, ctx: Context, id: number, channel: string) => {
    const questionId = await conversation.external((outer) => prompt(outer, deps, id, channel));
    const answer = await conversation
      .waitFor(['message:text', 'message:photo', 'message:document'])
      .andFrom(ctx.from?.id ?? 0)
      .and((candidate) => isAnswer(candidate, questionId));
    const { message } = answer;
    await conversation.external(async (outer) => {
      const who = await resolveActor(outer, deps);
      if (!who.ok) return void (await reply(outer, deps, html`${await refusalHere(outer, deps, who)}`));
      await showPreview(outer, deps, { id, person: who.person, content: contentOf(message), channel });
    });
  };
}

/** Everywhere, also in private, only a reply to the question counts: nothing else may become a customer's message. */
function isAnswer({ message }: Context, questionId: number | undefined): boolean {
  if (message?.text?.startsWith('/')) return false;
  return message?.reply_to_message?.message_id === questionId && questionId !== undefined;
}

async function prompt(ctx: BotContext, deps: BotDeps, id: number, channel: string): Promise<number | undefined> {
  const { replies } = deps.locale.texts;
  const { chat, from } = ctx;
  if (!chat || !from) return undefined;
  const { firstName } = nameOf(from);
  const mention = html`<a href="tg://user?id=${from.id}">${isolated(firstName)}</a>`;
  const messageId = await reply(ctx, deps, replies.ask(mention, id, channel), {
    keyboard: { force_reply: true, selective: true, input_field_placeholder: replies.placeholder },
    toMessage: ctx.msgId,
  });
  if (messageId !== undefined) {
    const asked = { telegramId: from.id, firstName };
    await dialogStore.insertQuestion(deps.db, { chatId: chat.id, messageId }, asked, deps.now());
  }
  const answers = (await deps.replyDesk?.savedAnswers()) ?? [];
  if (answers.length > 0) {
    await reply(ctx, deps, replies.savedAnswers(id), { keyboard: savedAnswerButtons(id, answers) });
  }
  return messageId;
}

async function refusalOf(
  deps: BotDeps,
  id: number,
  reason: Extract<SendOutcome, { ok: false }>['reason'],
): Promise<string> {
  const { replies } = deps.locale.texts;
  switch (reason) {
    case 'gone':
      return replies.gone;
    case 'discarded':
      return replies.discardedAlready;
    case 'sent-already':
      return replies.sentAlready;
    case 'not-yours': {
      const draft = await replyStore.findById(deps.db, id);
      return replies.notYours(
        (draft && (await incidenceStore.findPersonName(deps.db, draft.personId))) ?? 'its author',
      );
    }
  }
}
