import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, GrammyError } from 'grammy';
import type { ChatMember } from 'grammy/types';
import * as memberStore from '../../people/member-store.ts';
import type { BotDeps } from '../context.ts';

/** Whether somebody is in the chat; `unknown` when Telegram does not answer and nothing is known from before. */
type Membership = 'in' | 'out' | 'unknown';

/** How long an answer about a member holds. */
export const memberForMs = 60_000;
/** A press is answered within a second, so Telegram gets no longer than this to answer. */
const askForMs = 600;

/**
 * Anyone can press and type in a public or discussion group without being in it, and press old buttons after leaving.
 * So Telegram is asked, once a minute per person. While it does not answer, only people it confirmed before may act.
 */
export async function membershipOf(ctx: Context, deps: BotDeps): Promise<Membership> {
  const { chat, from } = ctx;
  if (!chat || !deps.places.includes(chat.id)) return 'out';
  if (!from) return 'out';
  if (deps.adminIds.includes(from.id)) return 'in';
  const member = { chatId: chat.id, telegramId: from.id };
  if (deps.members.has(keyOf(member), deps.now())) return 'in';

  // An answer that comes late counts for the next press.
  const late = new AbortController();
  const answer = await Promise.race([
    ask(ctx, deps, member),
    sleep(askForMs, 'unknown' as const, { signal: late.signal }),
  ]).finally(() => late.abort());
  if (answer !== 'unknown') return answer;
  return (await memberStore.isKnown(deps.db, member)) ? 'in' : 'unknown';
}

/** Somebody left. */
export async function forgetMember(deps: BotDeps, member: memberStore.Member): Promise<void> {
  deps.members.delete(keyOf(member));
  await memberStore.remove(deps.db, member);
}

async function ask(ctx: Context, deps: BotDeps, member: memberStore.Member): Promise<Membership> {
  try {
    const found = await ctx.getChatMember(member.telegramId);
    if (!isIn(found)) return await left(deps, member);
    deps.members.note(keyOf(member), deps.now());
    // Only for a time when Telegram does not answer: that it cannot be stored says nothing about the person.
    await memberStore.upsert(deps.db, member, deps.now()).catch((err: unknown) => {
      deps.log.warn({ err }, 'telegram.member_not_stored');
    });
    return 'in';
  } catch (err) {
    const refusal = err instanceof GrammyError && err.error_code === 400 ? err.description : '';
    if (/user not found|member not found|PARTICIPANT_ID_INVALID/.test(refusal)) return left(deps, member);
    // A bot that is not an admin may not always ask; then being able to write or press there has to do.
    if (/member list is inaccessible|CHAT_ADMIN_REQUIRED/i.test(refusal)) return 'in';
    deps.log.warn({ err }, 'telegram.membership_check_failed');
    return 'unknown';
  }
}

/** Bot API, ChatMember: somebody restricted may be in the chat or not. */
export function isIn(member: ChatMember): boolean {
  return member.status === 'restricted' ? member.is_member : !['left', 'kicked'].includes(member.status);
}

async function left(deps: BotDeps, member: memberStore.Member): Promise<Membership> {
  await forgetMember(deps, member);
  return 'out';
}

function keyOf({ chatId, telegramId }: memberStore.Member): string {
  return `${chatId}:${telegramId}`;
}
