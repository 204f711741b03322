import type { Context } from 'grammy';
import type { User } from 'grammy/types';
import { cleanLine } from '../sources/clean-text.ts';
import { type Identification, identifyPerson } from '../people/identify-person.ts';
import type { BotContext, BotDeps } from './context.ts';
import { membershipOf } from './membership.ts';

/** `not-said`: Telegram does not say whether this person is in the chat. `channel`: a channel wrote, not a person. */
type Who = Identification | Readonly<{ ok: false; reason: 'not-said' | 'channel' }>;
export type Refused = Extract<Who, { ok: false }>;

/** Telegram lets admins post as the group itself; such a message comes from this account (Bot API, Message.sender_chat). */
const groupAnonymousBot = 1087968824;

/** Who pressed or typed, and whether that person may act here. */
export async function whoActs(ctx: Context, deps: BotDeps): Promise<Who> {
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
  const isUnsaid = membership === 'not-said' && !identified.ok && identified.reason === 'stranger';
  return isUnsaid ? { ok: false, reason: 'not-said' } : identified;
}

/** A person's name. Telegram accepts one of invisible letters alone: then whatever else names the person. */
export function nameOf(user: User): Readonly<{ firstName: string; lastName: string | null }> {
  const [first = '', ...others] = [user.first_name, user.last_name, user.username].map((name) => cleanLine(name ?? ''));
  const lastName = others[0] || null;
  return first ? { firstName: first, lastName } : { firstName: others.find(Boolean) ?? 'Someone', lastName: null };
}

export function refusalText(identification: Refused): string {
  switch (identification.reason) {
    case 'anonymous-admin':
      return 'You are posting as an anonymous admin, so the team could not see who did this. Turn off "Remain anonymous" in your admin rights and try again.';
    case 'channel':
      return 'You are posting as a channel, so the team could not see who did this. Switch to your own account and try again.';
    case 'bot':
      return "Bots can't do this.";
    case 'stranger':
      return 'You are not on this team: only members of its chat can do this. Ask an admin to add you.';
    case 'not-said':
      return "Telegram didn't confirm that you are in this chat. Try again in a moment.";
  }
}

/** How a refused actor stands in the record: the Telegram id, since we keep no strangers as people. */
export function actorLabel(ctx: BotContext): string {
  return ctx.from ? `${nameOf(ctx.from).firstName} (telegram ${ctx.from.id})` : 'unknown';
}
