import { Bot, type BotError, GrammyError } from 'grammy';
import type { ProxySettings } from '../config/proxy.ts';
import { NotSending } from '../delivery/turns.ts';
import { apiClient } from './api-client.ts';
import { commandOf } from './command.ts';
import type { BotContext, BotDeps } from './context.ts';
import { commandsFeature } from './features/commands.ts';
import { dialogMemory, dialogsFeature } from './features/dialogs.ts';
import { failedFeature } from './features/failed.ts';
import { identifyFeature } from './features/identify.ts';
import { pressFeature } from './features/press.ts';
import { stormFeature } from './features/storm.ts';
import { unknownCommandFeature } from './features/unknown-command.ts';
import { foreignWebhookFix, foreignWebhookHost } from './foreign-webhook.ts';
import { forgetMember, memberForMs } from './membership.ts';
import { keepMenu } from './menu.ts';
import { createPoller, forGrammy, pause } from './poll.ts';
import { createRefusedToken } from './refused-token.ts';
import { createRecent } from './recent.ts';
import { reply, toast } from './reply.ts';
import { retryAfterOf } from './telegram-error.ts';
import { commandMenu } from './views/help.ts';
import { html } from './views/html.ts';

export type TelegramBot = Readonly<{
  start: () => void;
  /** `mayConfirm`: no other process can be polling yet, so what was handled may be confirmed. */
  stop: (options?: { mayConfirm: boolean }) => Promise<void>;
  /** When Telegram last answered the poll of this run; undefined until it does. */
  lastHeardAt: () => Date | undefined;
  /** Why presses and commands are not received, where the bot knows. */
  problem: () => string | undefined;
}>;

const callTimeoutSeconds = 40;
const retryMs = 1_000;
const maxWebhookPauseMs = 60_000;

/** The bot as people meet it. Presses and commands stand before the dialogs, so that no dialog ever holds them up. */
export function createBot(
  given: Omit<BotDeps, 'members'> & {
    token: string;
    apiRoot: string;
    proxy: ProxySettings;
    /** A webhook there is Bellhop's own. */
    publicUrl: string | undefined;
    /** The bot was let into a chat, or its rights there changed. */
    chatChanged: () => void;
    /** Telegram answers again after it did not. */
    recovered: () => void;
    /** Throws where another process may be the sender by now: then this one answers nobody. */
    confirmSender: () => Promise<void>;
  },
): TelegramBot {
  const deps = { ...given, members: createRecent(memberForMs) };
  const { log } = deps;
  const bot = new Bot<BotContext>(deps.token, {
    client: apiClient({ apiRoot: deps.apiRoot, proxy: deps.proxy, timeoutSeconds: callTimeoutSeconds }),
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
  let settingMenu = Promise.resolve();
  let problem: string | undefined;

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
    let webhookPauseMs = retryMs;
    while (!signal.aborted) {
      try {
        // Not bot.init(): it tries again by itself, at last only every 20 minutes.
        bot.botInfo = await bot.api.getMe(forGrammy(signal));
        refusedToken.accepted();
        const foreignHost = await freeFromWebhook(signal);
        if (foreignHost !== undefined) {
          problem = `Presses and commands are not received: this bot's webhook belongs to another program at ${foreignHost}. ${foreignWebhookFix}`;
          log.error({ host: foreignHost, hint: foreignWebhookFix }, 'telegram.webhook_foreign');
          await pause(webhookPauseMs, signal);
          webhookPauseMs = Math.min(webhookPauseMs * 2, maxWebhookPauseMs);
          continue;
        }
        problem = undefined;
        if (signal.aborted) return;
        lastHeardAt = deps.now();
        log.info({ username: bot.botInfo.username }, 'telegram.connected');
        poller.start();
        settingMenu = keepMenu({ api: bot.api, log, adminIds: deps.adminIds }, signal);
        return;
      } catch (err) {
        if (signal.aborted) return;
        const tokenWaitMs = refusedToken.waitFor(err);
        if (tokenWaitMs === undefined) log.error({ err }, 'telegram.connect_failed');
        await pause(tokenWaitMs ?? (retryAfterOf(err) ?? 1) * retryMs, signal);
      }
    }
  }

  /** Removes a webhook of our own, which polling excludes. Another program's is left alone; its host is returned. */
  async function freeFromWebhook(signal: AbortSignal): Promise<string | undefined> {
    try {
      const { url } = await bot.api.getWebhookInfo(forGrammy(signal));
      const foreignHost = foreignWebhookHost(url, deps.publicUrl);
      if (url && foreignHost === undefined) await bot.api.deleteWebhook({}, forGrammy(signal));
      return foreignHost;
    } catch (err) {
      // Refused, as by an API server without these methods: should there be a webhook, the poll says so.
      if (!(err instanceof GrammyError) || err.error_code === 401) throw err;
      log.warn({ err }, 'telegram.webhook_check_failed');
      return undefined;
    }
  }

  return {
    start: () => {
      stopping = new AbortController();
      lastHeardAt = undefined;
      starting = connect();
    },
    stop: async (options = { mayConfirm: false }) => {
      stopping.abort();
      await starting;
      await settingMenu;
      await poller.stop(options);
    },
    lastHeardAt: () => lastHeardAt,
    problem: () => problem,
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
