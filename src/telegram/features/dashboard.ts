import { InlineKeyboard } from 'grammy';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import * as signInStore from '../../people/sign-in-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { replyInPrivate } from '../reply-in-private.ts';
import { html, lines } from '../views/html.ts';

/** `/dashboard`: a link that signs this person in once. It goes to their private chat, wherever they ask. */
export async function sendDashboard(ctx: BotContext, deps: BotDeps, person: Person): Promise<unknown> {
  const { dashboard } = deps.locale.texts;
  if (!can(person.role, 'see-dashboard')) return reply(ctx, deps, dashboard.leadsOnly);
  const baseUrl = deps.dashboardUrl();
  if (baseUrl === undefined) return reply(ctx, deps, dashboard.notReachable);
  const code = await signInStore.issue(deps.db, { kind: 'link', personId: person.id }, deps.now());
  // Behind the #, so that a preview of the link does not use it up, and no log has it.
  const url = `${baseUrl}/dashboard#code=${code}`;
  const text = dashboard.linkFor(signInStore.linkMinutes);
  const isPrivate = ctx.chat?.id === person.telegramId;
  // Telegram refuses buttons to addresses without https.
  const answer = baseUrl.startsWith('https:')
    ? {
        text,
        keyboard: new InlineKeyboard()
          .webApp(dashboard.inTelegram, `${baseUrl}/dashboard`)
          .row()
          .url(dashboard.button, url),
      }
    : { text: lines([text, html`<a href="${url}">${dashboard.button}</a>`]) };
  if (!(await replyInPrivate(ctx, deps, { person, ...answer }))) return reply(ctx, deps, dashboard.startFirst);
  return isPrivate ? undefined : reply(ctx, deps, dashboard.sentInPrivate);
}
