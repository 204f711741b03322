import type { Context } from 'grammy';
import type { BotContext } from './context.ts';

/** A typed command: its name in lower case, and the words after it. */
export type Command = Readonly<{ name: string; words: readonly string[] }>;

/**
 * The command in a text, as keyboards write it: any case, any kind of space, digits of any script. Undefined if the
 * text is no command, or one for another bot. Telegram's menu allows no hyphen in a name: `/severity-words` is `severity_words`.
 */
export function parseCommand(text: string, username: string): Command | undefined {
  const [head, name, addressee] =
    /^\/(severity-(?:words|labels|attributes)|\w{1,64})(?:@(\w+))?(?![\w/@-])/i.exec(text.trimStart()) ?? [];
  if (head === undefined || name === undefined) return undefined;
  if (addressee !== undefined && addressee.toLowerCase() !== username.toLowerCase()) return undefined;
  const rest = text.trimStart().slice(head.length);
  return { name: name.toLowerCase().replace('-', '_'), words: rest.split(/\s+/).filter(Boolean) };
}

/** The command in a message. */
export function commandOf(ctx: Context): Command | undefined {
  const { text } = ctx.message ?? {};
  return text === undefined ? undefined : parseCommand(text, ctx.me.username);
}

type Handler = (ctx: BotContext, words: readonly string[]) => Promise<unknown>;

/** Middleware that answers the commands it has a handler for. */
export function onCommands(handlers: ReadonlyMap<string, Handler>) {
  return async (ctx: BotContext, next: () => Promise<void>): Promise<void> => {
    const command = commandOf(ctx);
    const handler = command && handlers.get(command.name);
    if (!handler) return next();
    ctx.command = command.name;
    await handler(ctx, command.words);
  };
}
