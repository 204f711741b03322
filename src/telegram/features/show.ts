import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { findStory } from '../../incidences/story.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { oneOf } from '../parse-words.ts';
import { reply } from '../reply.ts';
import { replyWithCard, replyWithTranscript } from '../reply-with-card.ts';
import { transcriptTypes } from '../transcript-document.ts';
import { why } from '../views/why.ts';
import { numberOf } from '../typed-number.ts';

/** `/incidence 42`: its card once more. */
export async function showCard(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const id = numberOf(words[0]);
  if (id === undefined) return reply(ctx, deps, deps.locale.texts.commands.whichOne('/incidence 42'));
  return (await replyWithCard(ctx, deps, id)) || reply(ctx, deps, deps.locale.texts.commands.noSuchIncidence(id));
}

/** `/transcript 42`: a finished chat as a page to read and print; `/transcript 42 txt` as plain text. */
export async function showTranscript(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const { commands } = deps.locale.texts;
  const id = numberOf(words[0]);
  if (id === undefined) return reply(ctx, deps, commands.whichOne('/transcript 42'));
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!incidence) return reply(ctx, deps, commands.noSuchIncidence(id));
  const [, word = 'html'] = words;
  const type = oneOf(transcriptTypes)(word);
  if (!type) return reply(ctx, deps, commands.noSuchType(id, word));
  const outcome = await replyWithTranscript(ctx, deps, id, type);
  switch (outcome) {
    case 'sent':
      return undefined;
    case 'forbidden':
      return reply(ctx, deps, commands.filesForbidden(id));
    case 'none':
      return reply(ctx, deps, commands.noTranscript(id, incidence.kind === 'chat'));
  }
}

/** `/why 42`: its whole story. */
export async function showStory(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const id = numberOf(words[0]);
  if (id === undefined) return reply(ctx, deps, deps.locale.texts.commands.whichOne('/why 42'));
  const { chat } = ctx;
  const here = chat && { chatId: chat.id, title: chat.title ?? deps.locale.texts.commands.thisChat };
  return reply(ctx, deps, why(id, await findStory(deps.db, id), deps.locale, here));
}
