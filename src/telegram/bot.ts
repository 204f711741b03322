import { Bot, type BotError } from 'grammy';
import { NotSending } from '../delivery/turns.ts';
import { commandOf } from './command.ts';
import type { BotContext, BotDeps } from './context.ts';
import { commandsFeature } from './features/commands.ts';
import { dialogMemory, dialogsFeature } from './features/dialogs.ts';
import { failedFeature } from './features/failed.ts';
import { identifyFeature } from './features/identify.ts';
import { pressFeature } from './features/press.ts';
import { stormFeature } from './features/storm.ts';
import { unknownCommandFeature } from './features/unknown-command.ts';
import { forgetMember } from './membership.ts';
import { createPoller, forGrammy, pause } from './poll.ts';
import { createRefusedToken } from './refused-token.ts';
import { reply, toast } from './say.ts';
import { commandMenu } from './views/help.ts';
import { html } from './views/html.ts';

export type TelegramBot = Readonly<{
  start: () => void;
  /** `mayConfirm`: no other process can be polling yet, so what was handled may be confirmed. */
  stop: (options?: { mayConfirm: boolean }) => Promise<void>;
  /** When Telegram last answered our poll. */
  lastHeardAt: () => Date | undefined;
}>;

const callTimeoutSeconds = 40;
const retryMs = 1_000;

/** The bot as people meet it. Presses and commands stand before the dialogs, so that no dialog ever holds them up. */
export function createBot(
  given: Omit<BotDeps, 'members'> & {
    token: string;
    apiRoot: string;
    /** The bot was let into a chat, or its rights there changed. */
    chatChanged: () => void;
    /** Telegram answers again after it did not. */
    recovered: () => void;
    /** Throws where another process may be the sender by now: then this one answers nobody. */
    confirmSender: () => Promise<void>;
  },
): TelegramBot {
  const deps = { ...given, members: new Map<string, number>() };
  const { log } = deps;
  const bot = new Bot<BotContext>(deps.token, {
    client: { apiRoot: deps.apiRoot, timeoutSeconds: callTimeoutSeconds },
  });
  bot.api.config.use(async (call, method, ...request) => {
    // Asking for updates is what a process does first of all; everything else speaks to people.
    if (method !== 'getUpdates') await deps.confirmSender();
    return call(method, ...request);
  });
  const refusedToken = createRefusedToken(log);
  let lastHeardAt: Date | undefined;
  let stopping = new AbortController();
  let starting = Promise.resolve();

  const guarded = bot.errorBoundary((failure) => onFailure(failure, deps));
  guarded.on(['my_chat_member', 'message:forum_topic_reopened'], () => deps.chatChanged());
  guarded.on('message:left_chat_member', async (ctx, next) => {
    await forgetMember(deps, { chatId: ctx.chat.id, telegramId: ctx.message.left_chat_member.id });
    return next();
  });
  const people = guarded.filter((ctx) => ctx.chat !== undefined && ctx.from !== undefined);
  people.use(identifyFeature(deps));
  people.use(pressFeature(deps));
  people.use(stormFeature(deps));
  people.use(failedFeature(deps));
  people.use(commandsFeature(deps));
  people.use(dialogMemory(deps));
  people.use(dialogsFeature(deps));
  people.use(unknownCommandFeature(deps));

  const poller = createPoller({
    api: bot.api,
    log,
    handle: (update) => bot.handleUpdate(update),
    heard: () => {
      lastHeardAt = deps.now();
    },
    recovered: deps.recovered,
  });

  async function connect(): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        // Not bot.init(): it tries again by itself, at last only every 20 minutes.
        bot.botInfo = await bot.api.getMe(forGrammy(signal));
        await bot.api.deleteWebhook({}, forGrammy(signal));
        await bot.api.setMyCommands(commandMenu);
        lastHeardAt = deps.now();
        refusedToken.accepted();
        log.info({ username: bot.botInfo.username }, 'telegram.connected');
        if (!signal.aborted) poller.start();
        return;
      } catch (err) {
        if (signal.aborted) return;
        const waitMs = refusedToken.waitFor(err);
        if (waitMs === undefined) log.error({ err }, 'telegram.connect_failed');
        await pause(waitMs ?? retryMs, signal);
      }
    }
  }

  return {
    start: () => {
      stopping = new AbortController();
      starting = connect();
    },
    stop: async (options = { mayConfirm: false }) => {
      stopping.abort();
      await starting;
      await poller.stop(options);
    },
    lastHeardAt: () => lastHeardAt,
  };
}

/** A handler failed: the person learns it, the log says why, the next update goes on. */
async function onFailure(failure: BotError<BotContext>, deps: BotDeps): Promise<void> {
  const { ctx } = failure;
  // Not answered by this process: whoever polls next gets it again.
  if (failure.error instanceof NotSending) throw failure.error;
  deps.log.error({ err: failure.error, update: ctx.update.update_id }, 'telegram.handler_failed');
  if (ctx.callbackQuery) {
    const text = 'Something went wrong on our side. Try again, or type the command.';
    await toast(ctx, text, { alert: true }).catch(() => undefined);
  } else if (commandMenu.some(({ command }) => command === commandOf(ctx)?.name)) {
    await reply(ctx, deps, html`Something went wrong on our side. Try again in a moment.`).catch(() => undefined);
  }
}
