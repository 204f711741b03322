import type { TelegramIdentity } from '../../people/person-store.ts';
import { acceptInvitation } from '../../settings/invite.ts';
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
  if (!admin) return join(ctx, deps, code, identity);
  await deps.pairing.peopleChanged();
  const text = blocks([texts.setup.firstAdmin(admin.firstName), texts.setup.nextAddMe]);
  return reply(ctx, deps, text, { keyboard: addToGroup(ctx.me.username, texts) });
}

async function join(ctx: BotContext, deps: BotDeps, code: string, identity: TelegramIdentity): Promise<unknown> {
  const { setup, invitations } = deps.locale.texts;
  const isNamedAdmin = deps.adminIds.includes(identity.telegramId);
  const joining = await acceptInvitation(deps.db, { code, identity, isNamedAdmin }, deps.now());
  switch (joining.kind) {
    case 'joined': {
      await deps.pairing.peopleChanged();
      const { firstName, role } = joining.person;
      return reply(ctx, deps, blocks([invitations.welcome(firstName, role), invitations.firstSteps]));
    }
    case 'was-there':
      return reply(ctx, deps, invitations.wasThere);
    case 'invalid':
      return reply(ctx, deps, setup.badLink);
  }
}
