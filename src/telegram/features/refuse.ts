import { GrammyError } from 'grammy';
import type { BotContext, BotDeps } from '../context.ts';
import { isIn } from '../receive/membership.ts';
import type { Refused } from '../receive/actor.ts';

/** Why somebody may not act. An agent who writes in private learns where to go: nobody needs to add an agent. */
export async function refusalHere(ctx: BotContext, deps: BotDeps, refused: Refused): Promise<string> {
  const { refusals } = deps.locale.texts;
  if (refused.reason === 'stranger' && (await isAgentElsewhere(ctx, deps))) return refusals.agentInPrivate;
  if (refused.reason === 'stranger' && isPressElsewhere(ctx, deps)) return refusals.formerTeamChat;
  return refusals[refused.reason];
}

/** Old cards keep their buttons when TELEGRAM_CHAT_ID changes. */
function isPressElsewhere({ chat, callbackQuery }: BotContext, deps: BotDeps): boolean {
  return callbackQuery !== undefined && chat !== undefined && chat.type !== 'private' && !deps.places.includes(chat.id);
}

/** Whether somebody who writes in private is a member of the team's chat. */
export async function isAgentElsewhere(ctx: BotContext, deps: BotDeps): Promise<boolean> {
  const { chat, from } = ctx;
  if (chat?.type !== 'private' || !from) return false;
  const teams = new Set(deps.places.all().map(({ chatId }) => chatId));
  for (const teamId of teams) {
    if (teamId !== chat.id && (await isMember(ctx, teamId, from.id))) return true;
  }
  return false;
}

/** When Telegram does not answer, no: this only decides on a text. */
async function isMember(ctx: BotContext, chatId: number, userId: number): Promise<boolean> {
  try {
    return isIn(await ctx.api.getChatMember(chatId, userId));
  } catch (error) {
    if (error instanceof GrammyError) return false;
    throw error;
  }
}
