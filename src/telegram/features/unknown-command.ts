import { Composer } from 'grammy';
import { clip } from '../../transcripts/clip.ts';
import { commandOf } from '../command.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply } from '../reply.ts';

/** Comes last: a command that no feature answered, unless it was meant for another bot; in private, any other text. */
export function unknownCommandFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('message:text', async (ctx, next) => {
    const { commands } = deps.locale.texts;
    const command = commandOf(ctx);
    const isPrivate = ctx.chat.type === 'private';
    if (!command && isPrivate) await reply(ctx, deps, commands.notACommand);
    else if (command && (isPrivate || deps.places.includes(ctx.chat.id)))
      await reply(ctx, deps, commands.unknownCommand(clip(command.name, 32)));
    else await next();
  });

  return composer;
}
