import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { findStory } from '../../incidences/story.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply, sendCardHere, sendTranscriptHere } from '../say.ts';
import { html } from '../views/html.ts';
import { why } from '../views/why.ts';
import { numberOf } from '../typed-number.ts';
import { noSuchIncidence } from './number.ts';

/** `/incidence 42`: its card once more. */
export async function showCard(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const id = numberOf(words[0]);
  if (id === undefined) return reply(ctx, deps, html`Which one? For example /incidence 42`);
  return (await sendCardHere(ctx, deps, id)) || reply(ctx, deps, noSuchIncidence(id));
}

/** `/transcript 42`: a finished chat as a file. */
export async function showTranscript(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const id = numberOf(words[0]);
  if (id === undefined) return reply(ctx, deps, html`Which one? For example /transcript 42`);
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!incidence) return reply(ctx, deps, noSuchIncidence(id));
  const outcome = await sendTranscriptHere(ctx, deps, id);
  if (outcome === 'sent') return undefined;
  if (outcome === 'forbidden') {
    return reply(
      ctx,
      deps,
      html`I'm not allowed to send files in this chat. Send /transcript ${id} in another chat, or ask an admin to allow files here.`,
    );
  }
  const when =
    incidence.kind === 'chat'
      ? 'Tawk sends it about three minutes after the visitor leaves.'
      : 'Only Tawk chats have one.';
  return reply(ctx, deps, html`No transcript of #${id}. ${when}`);
}

/** `/why 42`: its whole story. */
export async function showStory(ctx: BotContext, deps: BotDeps, words: readonly string[]): Promise<unknown> {
  const id = numberOf(words[0]);
  if (id === undefined) return reply(ctx, deps, html`Which one? For example /why 42`);
  const { chat } = ctx;
  const here = chat && { chatId: chat.id, title: chat.title ?? 'this chat' };
  return reply(ctx, deps, why(id, await findStory(deps.db, id), deps.locale, here));
}
