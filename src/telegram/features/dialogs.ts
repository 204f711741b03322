import { type Conversation, conversations, createConversation } from '@grammyjs/conversations';
import { Composer, type Context } from 'grammy';
import { closeTagMenus } from '../../incidences/close-menus.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { tagName } from '../../incidences/tag-store.ts';
import { can } from '../../people/rights.ts';
import { ruleKinds } from '../../settings/severity-settings.ts';
import { applyAction, applyTags } from '../apply-action.ts';
import { onCommands } from '../command.ts';
import type { BotContext, BotDeps } from '../context.ts';
import * as dialogStore from '../dialog-store.ts';
import { placeOfUpdate, reply, toast } from '../reply.ts';
import { html } from '../views/html.ts';
import { outcomeMenu } from '../views/incidence-keyboard.ts';
import { toastOf } from '../views/toasts.ts';
import { nameOf, resolveActor } from '../receive/actor.ts';
import { refusalHere, refusePress } from './refuse.ts';
import { severityRules } from './severity-rules.ts';
import { noteToKeep } from './note.ts';
import { lateAnswerFeature, type Question, questionText } from './question.ts';

const maxWaitMs = 10 * 60_000;
const questions: readonly Question[] = ['new-tag', 'write-note', 'note', 'add-rule'];

/** Stores the state of a dialog per chat, topic and person, so that one person's dialog never delays another's presses. */
export function dialogMemory(deps: BotDeps) {
  return conversations<BotContext, Context>({
    storage: {
      type: 'context',
      version: 1,
      adapter: {
        read: async (ctx) => dialogStore.findByKey(deps.db, keyOf(ctx)),
        write: async (ctx, state) => dialogStore.upsert(deps.db, keyOf(ctx), state, deps.now()),
        delete: async (ctx) => dialogStore.remove(deps.db, keyOf(ctx)),
      },
    },
  });
}

/** The questions the bot asks: a new tag's name and a note. Parallel, so that commands and presses do not wait for an answer. */
export function dialogsFeature(deps: BotDeps): Composer<BotContext> {
  const { texts } = deps.locale;
  const composer = new Composer<BotContext>();
  for (const question of questions) {
    composer.use(
      createConversation(ask(question, deps), { id: question, parallel: true, maxMillisecondsToWait: maxWaitMs }),
    );
  }

  const cancel = async (ctx: BotContext) => {
    const isAsking = Object.keys(ctx.conversation.active()).length > 0;
    await ctx.conversation.exitAll();
    await reply(ctx, deps, isAsking ? texts.dialogs.cancelled : texts.dialogs.nothingToCancel);
  };
  composer.use(onCommands(new Map([['cancel', cancel]])));

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    const question = questions.find((one) => one === button.kind);
    if (!question) return next();
    if (question === 'add-rule') {
      if (!can(person.role, 'manage-severity-rules'))
        return refusePress(ctx, deps, { reason: 'not-allowed', text: texts.routes.toasts.leadsOnly });
      if (!ruleKinds[button.id])
        return refusePress(ctx, deps, { reason: 'not-found', text: texts.toasts.buttonExpired });
    } else if (!(await incidenceViewStore.findById(deps.db, button.id))) {
      return refusePress(ctx, deps, { reason: 'not-found', text: texts.toasts.notFound });
    }
    await toast(ctx, hintOf(question, deps));
    // One question at a time, so that an answer never goes to a forgotten one.
    await ctx.conversation.exitAll();
    await ctx.conversation.enter(question, button.id);
  });

  composer.use(lateAnswerFeature(deps));

  return composer;
}

function hintOf(question: Question, { locale: { texts } }: BotDeps): string {
  switch (question) {
    case 'new-tag':
      return texts.toasts.sendTag;
    case 'note':
    case 'write-note':
      return texts.toasts.sendNote;
    case 'add-rule':
      return texts.severityRules.toasts.send;
  }
}

function placeholderOf(question: Question, id: number, { locale: { texts } }: BotDeps): string {
  if (question === 'add-rule') return `critical ${texts.severityRules.example[ruleKinds[id] ?? 'words']}`;
  return question === 'new-tag' ? texts.dialogs.tagPlaceholder : texts.dialogs.notePlaceholder;
}

function ask(question: Question, deps: BotDeps) {
  return async (conversation: Conversation<BotContext, Context>, ctx: Context, id: number): Promise<void> => {
    const questionId = await conversation.external((outer) => prompt(outer, deps, question, id));
    const answer = await conversation
      .waitFor('message:text')
      .andFrom(ctx.from?.id ?? 0)
      .and((candidate) => isAnswer(candidate, questionId));
    const { text } = answer.message;
    await conversation.external((outer) => saveAnswer(outer, deps, question, id, text));
  };
}

/** In a group only a reply counts: other messages are neither a tag nor a note. */
function isAnswer({ chat, message }: Context, questionId: number | undefined): boolean {
  if (message?.text?.startsWith('/')) return false;
  return chat?.type === 'private' || message?.reply_to_message?.message_id === questionId;
}

/** A forced reply: in a group a bot with privacy mode on sees only commands and replies to itself. */
async function prompt(ctx: BotContext, deps: BotDeps, question: Question, id: number): Promise<number | undefined> {
  const { texts } = deps.locale;
  const { chat, from } = ctx;
  const messageId = await reply(ctx, deps, questionText(question, from, id, texts), {
    keyboard: { force_reply: true, selective: true, input_field_placeholder: placeholderOf(question, id, deps) },
    toMessage: ctx.msgId,
  });
  if (chat && from && messageId !== undefined) {
    const asked = { telegramId: from.id, firstName: nameOf(from).firstName };
    await dialogStore.insertQuestion(deps.db, { chatId: chat.id, messageId }, asked, deps.now());
  }
  return messageId;
}

async function saveAnswer(ctx: BotContext, deps: BotDeps, question: Question, id: number, text: string): Promise<void> {
  const who = await resolveActor(ctx, deps);
  if (!who.ok) return void (await reply(ctx, deps, html`${await refusalHere(ctx, deps, who)}`));
  if (question === 'add-rule') {
    const kind = ruleKinds[id] ?? 'words';
    await severityRules(ctx, deps, { kind, words: ['add', ...text.split(/\s+/)], person: who.person });
    return;
  }
  const { texts } = deps.locale;
  const actor = who.person;
  if (question === 'new-tag') {
    const tag = tagName(text);
    if (tag === '') {
      await reply(ctx, deps, texts.dialogs.emptyTag);
      return;
    }
    await closeTagMenus(deps.db, id, deps.now());
    const outcome = await applyTags(deps, { id, actor, mode: 'set', tags: [tag] });
    deps.wake.signal('deliveries');
    await reply(ctx, deps, outcome.ok ? texts.dialogs.tagged(id, tag) : html`${toastOf(outcome, texts)}`);
    return;
  }
  const { note, cutTo } = noteToKeep(text);
  if (note === '') {
    await reply(ctx, deps, texts.dialogs.emptyNote);
    return;
  }
  const outcome = await applyAction(deps, { id, actor, action: { kind: 'note', note } });
  deps.wake.signal('deliveries');
  if (!outcome.ok) await reply(ctx, deps, html`${toastOf(outcome, texts)}`);
  else if (question === 'note' || outcome.incidence.status === 'closed')
    await reply(ctx, deps, texts.dialogs.noteSavedOn(id, cutTo));
  else
    await reply(ctx, deps, texts.dialogs.noteSaved(id, cutTo), {
      keyboard: outcomeMenu(outcome.incidence, texts, false),
    });
}

/** Not the thread id alone: outside a forum Telegram puts one on every reply. */
function keyOf(ctx: Context): string {
  const place = placeOfUpdate(ctx);
  return `${place?.chatId ?? 0}:${place?.threadId ?? 0}:${ctx.from?.id ?? 0}`;
}
