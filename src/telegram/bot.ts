import { Bot, BotError } from 'grammy';
import type { Update } from 'grammy/types';
import type { ProxySettings } from '../config/proxy.ts';
import { whyUnwritable } from '../database/refusal.ts';
import { NotSending } from '../delivery/turns.ts';
import type { Log } from '../log.ts';
import { currentTraceId, newTraceId, traced, traceFields } from '../tracing/trace.ts';
import { refusedForMs } from './answer-asker.ts';
import { apiClient } from './api-client.ts';
import { commandOf } from './command.ts';
import type { BotContext, BotDeps } from './context.ts';
import { addedFeature } from './features/added.ts';
import { commandsFeature } from './features/commands.ts';
import { handoverFeature } from './features/duty.ts';
import { dialogMemory, dialogsFeature } from './features/dialogs.ts';
import { failedFeature } from './features/failed.ts';
import { identifyFeature } from './features/identify.ts';
import { replyFeature } from './features/reply.ts';
import { linkFeature } from './features/link.ts';
import { listsFeature } from './features/lists.ts';
import { pressFeature } from './features/press.ts';
import { statsFeature } from './features/stats.ts';
import { routesFeature } from './features/routes.ts';
import { ruleButtonsFeature } from './features/rule-buttons.ts';
import { settingsFeature } from './features/settings.ts';
import { setupFeature } from './features/setup.ts';
import { stormFeature } from './features/storm.ts';
import { undoSettingFeature } from './features/undo-setting.ts';
import { unknownCommandFeature } from './features/unknown-command.ts';
import { forgetMember, memberForMs } from './receive/membership.ts';
import { measureCalls, type TelegramCall } from './measure-calls.ts';
import { createMenus } from './menu.ts';
import type { MenuFacts } from './menus-for.ts';
import * as personStore from '../people/person-store.ts';
import { createConnect } from './receive/connect.ts';
import { createOwnWebhook } from './receive/own-webhook.ts';
import { createPoller } from './receive/poll.ts';
import { createServing } from './receive/serving.ts';
import { createStoredUpdates } from './receive/stored-updates.ts';
import * as updateStore from './receive/update-store.ts';
import { describeWebhook, type WebhookProblem } from './receive/webhook-problem.ts';
import { createWebhookWatch } from './receive/webhook-watch.ts';
import { createRecent } from './recent.ts';
import { reply, toast } from './reply.ts';
import { commandMenu } from './views/help.ts';
import { type Arrival, botIdOf } from './webhook-address.ts';

export type TelegramBot = Readonly<{
  start: () => void;
  /** `mayConfirm`: no other process can be polling yet, so what was handled may be confirmed. */
  stop: (options?: { mayConfirm: boolean }) => Promise<void>;
  /** When Telegram last answered the poll, or the check of the webhook, of this run; undefined until it does. */
  lastHeardAt: () => Date | undefined;
  /** Why presses and commands are not received, where the bot knows. */
  problem: () => string | undefined;
}>;

const callTimeoutSeconds = 40;
/** A link to add the bot adds it and then says so in a message. */
const greetedForMs = 10_000;
/** How often to look for stored updates without a hint, by how updates arrive. */
const lookEveryMs = { webhook: 1_000, polling: 10_000 } as const;

/** The bot as people use it. Presses and commands come before the dialogs, so that no dialog ever delays them. */
export function createBot(
  given: Omit<BotDeps, 'members' | 'greeted' | 'refusedForAsker'> & {
    token: string;
    apiRoot: string;
    proxy: ProxySettings;
    arrival: Arrival;
    /** A webhook there is Bellhop's own. */
    publicUrl: string | undefined;
    /** The bot was added to a chat, or its rights there changed. */
    chatChanged: () => void;
    /** Updates do not arrive by the webhook, or do again. Called once for each change. */
    webhookChanged: (problem: WebhookProblem | undefined) => void;
    /** The bot knows its username: before it receives anything. */
    connected: (username: string) => Promise<void>;
    /** Telegram answers again after an outage. */
    recovered: () => void;
    telegramCalled: (call: TelegramCall) => void;
    /** A press was answered, so long after it arrived here. */
    pressAnswered: (seconds: number) => void;
    /** Throws when another process may be the sender by now: then this one answers nobody. */
    confirmSender: () => Promise<void>;
  },
): TelegramBot {
  const deps = {
    ...given,
    members: createRecent(memberForMs),
    greeted: createRecent(greetedForMs),
    refusedForAsker: createRecent(refusedForMs),
  };
  const { log } = deps;
  const bot = new Bot<BotContext>(deps.token, {
    client: apiClient({ apiRoot: deps.apiRoot, proxy: deps.proxy, timeoutSeconds: callTimeoutSeconds }),
  });
  bot.api.config.use(measureCalls(deps.telegramCalled));
  bot.api.config.use(async (call, method, ...request) => {
    // A process polls before anything else; every other call reaches people.
    if (method !== 'getUpdates') await deps.confirmSender();
    return call(method, ...request);
  });
  const begunAtOf = new WeakMap<Update, number>();
  let lastHeardAt: Date | undefined;
  let stopping = new AbortController();
  let starting = Promise.resolve();
  let problem: WebhookProblem | undefined;
  let isKnown = false;

  const guarded = bot.errorBoundary((failure) => onFailure(failure, deps));
  guarded.on('callback_query', (ctx, next) => {
    const begunAt = begunAtOf.get(ctx.update) ?? performance.now();
    ctx.api.config.use(async (call, method, ...request) => {
      const answer = await call(method, ...request);
      if (method === 'answerCallbackQuery' && answer.ok) deps.pressAnswered((performance.now() - begunAt) / 1_000);
      return answer;
    });
    return next();
  });
  guarded.use(async (ctx, next) => {
    await next();
    const did = ctx.press ? { press: ctx.press.button.kind } : ctx.command && { command: ctx.command };
    if (did) log.info({ ...traceFields(currentTraceId()), update: ctx.update.update_id, ...did }, 'telegram.handled');
  });
  guarded.use(addedFeature(deps));
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
  people.use(handoverFeature(deps));
  people.use(listsFeature(deps));
  people.use(statsFeature(deps));
  people.use(setupFeature(deps));
  people.use(routesFeature(deps));
  people.use(settingsFeature(deps));
  people.use(ruleButtonsFeature(deps));
  people.use(undoSettingFeature(deps));
  people.use(commandsFeature(deps));
  people.use(linkFeature(deps));
  people.use(dialogMemory(deps));
  people.use(replyFeature(deps));
  people.use(dialogsFeature(deps));
  people.use(unknownCommandFeature(deps));

  const { arrival } = deps;
  const botId = botIdOf(deps.token);
  const handle = (update: Update, begunAt: number) => {
    begunAtOf.set(update, begunAt);
    return traced(newTraceId(), () => handleOnce(bot, update, log));
  };
  const serving = createServing({ handle, log });
  const webhook = createOwnWebhook({ ...deps, api: bot.api, botId });
  const answered = () => {
    lastHeardAt = deps.now();
  };
  const setProblem = (found: WebhookProblem | undefined) => {
    const isNews = !isKnown || found?.kind !== problem?.kind;
    [problem, isKnown] = [found, true];
    if (isNews) deps.webhookChanged(found);
  };
  const connect = createConnect({ api: bot.api, log, webhook, setProblem });
  const poller = createPoller({
    api: bot.api,
    log,
    serving,
    findKnown: (ids) => updateStore.findAllKnown(deps.db, botId, ids),
    webhookFound: connect,
    answered,
    recovered: deps.recovered,
  });
  const stored = createStoredUpdates({ ...deps, botId, serving, everyMs: lookEveryMs[arrival.mode] });
  const watch = createWebhookWatch({ webhook, log, setProblem, answered, now: deps.now });

  const menus = createMenus({ ...deps, api: bot.api, texts: deps.locale.texts, facts: () => menuFacts(deps) });

  async function startReceiving(signal: AbortSignal): Promise<void> {
    const me = await connect(signal);
    if (!me || signal.aborted) return;
    bot.botInfo = me;
    answered();
    log.info({ username: me.username, mode: arrival.mode }, 'telegram.connected');
    await deps.connected(me.username).catch((err: unknown) => log.error({ err }, 'pairing.failed'));
    stored.start();
    if (arrival.mode === 'polling') poller.start();
    else watch.start();
    menus.start();
  }

  return {
    start: () => {
      stopping = new AbortController();
      lastHeardAt = undefined;
      isKnown = false;
      starting = startReceiving(stopping.signal);
    },
    stop: async (options = { mayConfirm: false }) => {
      stopping.abort();
      await starting;
      // All at once: a call for the menu may hang while the database is unreachable.
      await Promise.all([poller.stop(options), stored.stop(), watch.stop(), menus.stop()]);
    },
    lastHeardAt: () => lastHeardAt,
    problem: () => {
      if (!problem) return undefined;
      const { reason, advice } = describeWebhook(problem);
      return `Presses and commands are not received: ${reason}. ${advice}`;
    },
  };
}

/** For whom and where there is a menu. */
async function menuFacts({ adminIds, db, places }: BotDeps): Promise<MenuFacts> {
  const found = await personStore.findAllWithPrivateChat(db);
  const named = adminIds.map((telegramId) => ({ telegramId, role: 'admin' as const }));
  const people = [...named, ...found.filter(({ telegramId }) => !adminIds.includes(telegramId))];
  const chatIds = [...new Set(places.all().map(({ chatId }) => chatId))].filter((id) => id < 0);
  return { chatIds, people };
}

/** Throws where another process is to handle it. An update that nobody can handle is logged, and not handled again for ever. */
async function handleOnce(bot: Bot<BotContext>, update: Update, log: Log): Promise<void> {
  try {
    await bot.handleUpdate(update);
  } catch (err) {
    if (err instanceof BotError && err.error instanceof NotSending) throw err;
    log.error({ ...traceFields(currentTraceId()), err, update: update.update_id }, 'telegram.handler_failed');
  }
}

/** A handler failed: the person gets an answer, the log has the reason, and the next update is handled. */
async function onFailure(failure: BotError<BotContext>, deps: BotDeps): Promise<void> {
  const { ctx } = failure;
  // Not answered by this process: the next one that polls receives it again.
  if (failure.error instanceof NotSending) throw failure.error;
  const facts = { ...traceFields(currentTraceId()), err: failure.error, update: ctx.update.update_id };
  deps.log.error(facts, 'telegram.handler_failed');
  const { texts } = deps.locale;
  const isUnwritable = whyUnwritable(failure.error) !== undefined;
  if (ctx.callbackQuery) {
    await toast(ctx, isUnwritable ? texts.toasts.unwritable : texts.toasts.failed, { alert: true }).catch(
      () => undefined,
    );
  } else if (commandMenu(texts).some(({ command }) => command === commandOf(ctx)?.name)) {
    await reply(ctx, deps, isUnwritable ? texts.commands.unwritable : texts.commands.failed).catch(() => undefined);
  }
}
