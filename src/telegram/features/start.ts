import { claimPairing } from '../../settings/pairing.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { nameOf } from '../receive/actor.ts';
import { reply } from '../reply.ts';
import { blocks } from '../views/html.ts';
import { addToGroup } from '../views/setup.ts';

/** `/start <code>` in private, which is what opening a link `https://t.me/<bot>?start=<code>` sends. */
export async function startWithCode(ctx: BotContext, deps: BotDeps, code: string): Promise<unknown> {
  const { from } = ctx;
  const { texts } = deps.locale;
  if (!from || from.is_bot) return undefined;
  const identity = { telegramId: from.id, ...nameOf(from), username: from.username ?? null };
  const admin = await claimPairing(deps.db, { code, identity }, deps.now());
  if (!admin) return reply(ctx, deps, texts.setup.badLink);
  await deps.pairing.adminsChanged();
  const text = blocks([texts.setup.firstAdmin(admin.firstName), texts.setup.nextAddMe]);
  return reply(ctx, deps, text, { keyboard: addToGroup(ctx.me.username, texts) });
}
