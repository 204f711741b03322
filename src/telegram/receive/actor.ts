import type { Context } from 'grammy';
import type { User } from 'grammy/types';
import { cleanLine } from '../../sources/clean-text.ts';
import { type Identification, identifyPerson } from '../../people/identify-person.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { membershipOf } from './membership.ts';

/** `unknown`: Telegram did not answer whether this person is in the chat. `channel`: a channel wrote, not a person. */
type Resolved = Identification | Readonly<{ ok: false; reason: 'unknown' | 'channel' }>;
export type Refused = Extract<Resolved, { ok: false }>;

/** Telegram lets admins post as the group itself; such a message comes from this account (Bot API, Message.sender_chat). */
const groupAnonymousBot = 1087968824;

/** The person who pressed or typed, and whether they may act here. */
export async function resolveActor(ctx: Context, deps: BotDeps): Promise<Resolved> {
  const { from } = ctx;
  if (!from) return { ok: false, reason: 'anonymous-admin' };
  const sender = ctx.callbackQuery ? undefined : ctx.msg?.sender_chat;
  if (sender && sender.id !== ctx.chat?.id) return { ok: false, reason: 'channel' };
  const isAnonymous = from.id === groupAnonymousBot || sender !== undefined;
  const membership = isAnonymous ? 'out' : await membershipOf(ctx, deps);
  const actor = {
    telegramId: from.id,
    ...nameOf(from),
    username: from.username ?? null,
    isBot: from.is_bot,
    isAnonymous,
    inPairedChat: membership === 'in',
  };
  const identified = await identifyPerson(deps.db, actor, deps.adminIds, deps.now());
  const isUnknown = membership === 'unknown' && !identified.ok && identified.reason === 'stranger';
  return isUnknown ? { ok: false, reason: 'unknown' } : identified;
}

/** A person's name. Telegram accepts one of invisible letters alone: then another of their names is used. */
export function nameOf(user: User): Readonly<{ firstName: string; lastName: string | null }> {
  const [first = '', ...others] = [user.first_name, user.last_name, user.username].map((name) => cleanLine(name ?? ''));
  const lastName = others[0] || null;
  return first ? { firstName: first, lastName } : { firstName: others.find(Boolean) ?? 'Someone', lastName: null };
}

/** How the history names a refused actor: with the Telegram id, since strangers are not kept as people. */
export function actorLabel(ctx: BotContext): string {
  return ctx.from ? `${nameOf(ctx.from).firstName} (telegram ${ctx.from.id})` : 'unknown';
}
