import { GrammyError } from 'grammy';
import type { BotContext, BotDeps } from '../context.ts';
import { isIn } from '../membership.ts';
import { type Refused, refusalText } from '../who.ts';

/** Why not, for the person who asked. An agent in private is told where to go: nobody needs to add an agent. */
export async function refusalHere(ctx: BotContext, deps: BotDeps, refused: Refused): Promise<string> {
  if (refused.reason === 'stranger' && (await isAgentElsewhere(ctx, deps))) {
    return 'In private chat only leads and admins can use commands. In the team chat you can, as an agent.';
  }
  if (refused.reason === 'stranger' && isPressElsewhere(ctx, deps)) {
    return "This chat is not the team's chat any more. Use the card in the team's chat.";
  }
  return refusalText(refused);
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

/** Where Telegram will not say, it is left open: this decides over words only. */
async function isMember(ctx: BotContext, chatId: number, userId: number): Promise<boolean> {
  try {
    return isIn(await ctx.api.getChatMember(chatId, userId));
  } catch (error) {
    if (error instanceof GrammyError) return false;
    throw error;
  }
}
