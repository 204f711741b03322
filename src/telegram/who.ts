import { type Context, GrammyError } from 'grammy';
import { type Identification, identifyPerson } from '../people/identify-person.ts';
import type { BotContext, BotDeps } from './context.ts';

/** Telegram lets admins post as the group itself; such a message comes from this account (Bot API, Message.sender_chat). */
const groupAnonymousBot = 1087968824;

/** Who pressed or typed, and whether that person may act here. */
export async function whoActs(ctx: Context, deps: BotDeps): Promise<Identification> {
  const { from } = ctx;
  if (!from) return { ok: false, reason: 'anonymous-admin' };
  const actor = {
    telegramId: from.id,
    firstName: from.first_name,
    lastName: from.last_name ?? null,
    username: from.username ?? null,
    isBot: from.is_bot,
    isAnonymous:
      from.id === groupAnonymousBot || (ctx.callbackQuery === undefined && ctx.msg?.sender_chat !== undefined),
    inPairedChat: await isMember(ctx, deps),
  };
  return identifyPerson(deps.db, actor, deps.adminIds, deps.now());
}

const memberForMs = 60_000;

/**
 * Buttons of a public group can be pressed without being in it, and old ones after leaving: Telegram knows who is in,
 * and is asked once a minute. Where it will not say (a bot that is no admin may not always ask), the press counts.
 */
async function isMember(ctx: Context, deps: BotDeps): Promise<boolean> {
  const { chat, from } = ctx;
  if (!chat || !deps.places.includes(chat.id)) return false;
  if (!ctx.callbackQuery || !from || deps.adminIds.includes(from.id)) return true;
  const key = memberKey(chat.id, from.id);
  const now = deps.now().getTime();
  if (now - (deps.members.get(key) ?? 0) < memberForMs) return true;
  const isIn = await asksMembership(ctx, from.id);
  if (isIn) deps.members.set(key, now);
  return isIn;
}

export function memberKey(chatId: number, userId: number): string {
  return `${chatId}:${userId}`;
}

async function asksMembership(ctx: Context, userId: number): Promise<boolean> {
  try {
    const member = await ctx.getChatMember(userId);
    return member.status === 'restricted' ? member.is_member : !['left', 'kicked'].includes(member.status);
  } catch (error) {
    const isUnknown =
      error instanceof GrammyError && /user not found|member not found|PARTICIPANT_ID_INVALID/.test(error.description);
    return !isUnknown;
  }
}

export function refusalText(identification: Extract<Identification, { ok: false }>): string {
  switch (identification.reason) {
    case 'anonymous-admin':
      return 'You act as an anonymous admin, so nobody could see who did it. Turn off "Remain anonymous" in your admin rights and press again.';
    case 'bot':
      return 'Bots may not act here.';
    case 'stranger':
      return 'You are not on this team: only members of its chat may do this. Ask an admin to add you.';
  }
}

/** How a refused actor stands in the record: the Telegram id, since we keep no strangers as people. */
export function actorLabel(ctx: BotContext): string {
  return ctx.from ? `${ctx.from.first_name} (telegram ${ctx.from.id})` : 'unknown';
}
