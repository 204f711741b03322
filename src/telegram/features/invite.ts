import type { Person } from '../../people/person.ts';
import { invitationDays, invite, mayInvite } from '../../settings/invite.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { oneOf } from '../parse-words.ts';
import { reply } from '../reply.ts';
import { replyInPrivate } from '../reply-in-private.ts';
import { undoKeyboard } from '../views/routes.ts';

const invited = ['agent', 'lead'] as const;

/** `/invite agent` or `/invite lead`: a link for one person. It comes in private, where nobody else can open it first. */
export async function sendInvitation(
  ctx: BotContext,
  deps: BotDeps,
  { words, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const { invitations } = deps.locale.texts;
  if (!mayInvite(person.role, 'agent')) return reply(ctx, deps, invitations.leadsOnly);
  const [word, ...others] = words;
  const role = oneOf(invited)(word ?? '');
  if (!role || others.length > 0) return reply(ctx, deps, invitations.usage);
  if (!mayInvite(person.role, role)) return reply(ctx, deps, invitations.agentsOnly);

  // Before there is a link that nobody gets.
  const isPrivate = ctx.chat?.id === person.telegramId;
  if (!isPrivate && !(await canWriteTo(ctx, person))) return reply(ctx, deps, invitations.startFirst(ctx.me.username));
  const { code, changeId } = await invite(deps.db, { role, by: person.id }, deps.now());
  const link = `https://t.me/${ctx.me.username}?start=${code}`;
  const keyboard = undoKeyboard(changeId, deps.locale.texts);
  const text = invitations.link(role, link, invitationDays);
  const isSent = await replyInPrivate(ctx, deps, { person, text, keyboard });
  if (!isSent) return reply(ctx, deps, invitations.startFirst(ctx.me.username));
  return isPrivate ? undefined : reply(ctx, deps, invitations.sentInPrivate);
}

async function canWriteTo(ctx: BotContext, { telegramId }: Person): Promise<boolean> {
  return ctx.api.sendChatAction(telegramId, 'typing').catch(() => false);
}
