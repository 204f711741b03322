import { Composer } from 'grammy';
import { roleOf } from '../../people/identify-person.ts';
import * as personStore from '../../people/person-store.ts';
import { can } from '../../people/rights.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { isIn } from '../receive/membership.ts';
import { reply } from '../reply.ts';
import { lines } from '../views/html.ts';
import { showSetup } from './setup.ts';

/** The bot was added to a group or removed from one, or a group got another ID. */
export function addedFeature(deps: BotDeps): Composer<BotContext> {
  const { setup: words } = deps.locale.texts;
  const composer = new Composer<BotContext>();

  composer.on('my_chat_member', async (ctx, next) => {
    const { chat, old_chat_member: before, new_chat_member: after } = ctx.myChatMember;
    if (chat.type === 'group' || chat.type === 'supergroup') {
      if (!isIn(before) && isIn(after)) {
        deps.greeted.note(String(chat.id), deps.now());
        await greet(ctx, deps);
      } else if (isIn(before) && !isIn(after) && deps.places.includes(chat.id)) {
        await deps.pairing.chatLost(chat.id, { reason: `the bot was removed from “${chat.title}”`, migratedTo: null });
      }
    }
    return next();
  });

  composer.on('message:migrate_to_chat_id', async (ctx) => {
    if (!deps.places.includes(ctx.chat.id)) return;
    const loss = { reason: 'the group became a supergroup', migratedTo: ctx.message.migrate_to_chat_id };
    await deps.pairing.chatLost(ctx.chat.id, loss);
  });

  composer.on('message:migrate_from_chat_id', async (ctx) => {
    if (deps.places.includes(ctx.message.migrate_from_chat_id) || deps.places.includes(ctx.chat.id))
      await reply(ctx, deps, words.becameSupergroup);
  });

  return composer;
}

async function greet(ctx: BotContext, deps: BotDeps): Promise<unknown> {
  const { setup: words } = deps.locale.texts;
  if (ctx.chat && deps.places.includes(ctx.chat.id)) return reply(ctx, deps, lines([words.back, words.backSetup]));
  if (!(await isAdmin(ctx, deps))) return reply(ctx, deps, words.addedByAnother);
  return showSetup(ctx, deps, words.added);
}

/** Who adds the bot need not be in a chat of the team. Anonymous admins are nobody we know. */
async function isAdmin({ from }: BotContext, { adminIds, db }: BotDeps): Promise<boolean> {
  if (!from) return false;
  const known = await personStore.findByTelegramId(db, from.id);
  return can(roleOf(adminIds.includes(from.id), known), 'manage-pairing');
}
