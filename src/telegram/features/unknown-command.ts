import { Composer } from 'grammy';
import { commandOf } from '../command.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';
import { clip } from '../views/html.ts';

/** Comes last: a command that no feature answered, unless it was meant for another bot. */
export function unknownCommandFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('message:text', async (ctx, next) => {
    const command = commandOf(ctx);
    const isHere = ctx.chat.type === 'private' || deps.places.includes(ctx.chat.id);
    if (!command || !isHere) return next();
    await reply(ctx, deps, deps.locale.texts.commands.unknownCommand(clip(command.name, 32)));
  });

  return composer;
}
