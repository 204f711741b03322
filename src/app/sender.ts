import { Api } from 'grammy';
import { chatIdOf } from '../chats/lane.ts';
import { tellDead, tellLost } from '../chats/tell-admins.ts';
import { createRescue, type Rescue } from '../chats/rescue-lost-chats.ts';
import { createDispatcher } from '../delivery/dispatcher.ts';
import { NotSending } from '../delivery/turns.ts';
import { createSessionLock } from '../database/session-lock.ts';
import type { TelegramState } from '../http/health.ts';
import { createMenuCloser } from '../incidences/close-menus.ts';
import { showUnshown } from '../incidences/show-unshown.ts';
import { createForgetting } from '../retention/forget-old.ts';
import { createStormKeeper } from '../storms/keep-storms.ts';
import { apiClient } from '../telegram/api-client.ts';
import { createBot } from '../telegram/bot.ts';
import { telegramLimits, unlimited } from '../telegram/flood-limits.ts';
import { createProbe } from '../telegram/probe.ts';
import { createSenders } from '../telegram/senders/senders.ts';
import { localeOf } from '../telegram/locale.ts';
import { retryAfterOf } from '../telegram/telegram-error.ts';
import { type AppOptions, type Base, type Part, senderLockKey } from '../start-base.ts';

/** The bot: it sends and listens while this process holds the sender lock, and stands by otherwise. */
export function startSending(base: Base, limits: AppOptions['limits'], parts: Part[]): () => TelegramState {
  const { config, sandbox, db, wake, log, places, adminPlaces, now } = base;
  const { token, apiRoot, adminIds } = config.telegram;
  if (token === undefined) throw new Error('a bot without a token');
  const locale = localeOf(config);
  // Calls of the sender keep to the pace by themselves.
  const api = new Api(token, apiClient({ apiRoot, proxy: config.proxy, timeoutSeconds: 30 }));
  const storms = createStormKeeper({ db, wake, log, now });
  const failed = (err: unknown) => log.error({ err }, 'sender.event_failed');
  const showMissing = () => showUnshown(db, places.all(), now()).then(() => wake.signal('deliveries'));
  let rescue: Rescue | undefined;
  const dispatcher = createDispatcher({
    ...base,
    db: base.unflushedDb,
    senders: createSenders({ api, db, locale, isTeamChat: places.isHome }),
    retryAfter: retryAfterOf,
    isSender: () =>
      lock.confirm().then(
        () => true,
        () => false,
      ),
    limits: limits ?? (() => (sandbox?.flood === 'off' ? unlimited : telegramLimits)),
    events: {
      backlogged: storms.backlogged,
      lost: (lane, { reason, migratedTo }) => {
        const isTold = migratedTo === null && places.includes(chatIdOf(lane));
        const told = isTold ? tellLost(db, { lane, reason, adminPlaces }, now()) : Promise.resolve();
        void told.catch(failed).finally(() => rescue?.look());
      },
      dead: (delivery, reason) => void tellDead(db, { delivery, reason, adminPlaces }, now()).catch(failed),
      gone: () => void showMissing().catch(failed),
    },
  });
  const rescuePlaces = adminIds.map((chatId) => ({ chatId, threadId: null }));
  rescue = createRescue({ ...base, rescuePlaces, showUnshown: showMissing, probe: createProbe(api), dispatcher });
  const bot = createBot({
    ...base,
    dispatcher,
    adminIds,
    locale,
    token,
    apiRoot,
    proxy: config.proxy,
    publicUrl: config.http.publicUrl,
    chatChanged: rescue.tryAll,
    recovered: dispatcher.resumeHeld,
    confirmSender: () =>
      lock.confirm().catch(() => {
        throw new NotSending();
      }),
  });

  let isSender = false;
  const forgetting = createForgetting({ ...base, retentionDays: config.retentionDays });
  const chores = [storms, rescue, forgetting, createMenuCloser(base)] as const;
  const lock = createSessionLock({
    ...base,
    key: senderLockKey,
    name: 'sender',
    held: (session) => {
      isSender = true;
      dispatcher.start(session);
      for (const part of [...chores, bot]) part.start();
      void showMissing().catch(failed);
    },
    lost: async (reason) => {
      isSender = false;
      // The bot first: what it is answering goes out through the dispatcher.
      await bot.stop({ mayConfirm: reason === 'stopped' });
      await Promise.all([dispatcher, ...chores].map((part) => part.stop()));
    },
  });
  let answeredAt: Date | undefined;
  api.config.use(async (call, ...request) => {
    // A process that was stopped and goes on does not know yet that another is the sender.
    await lock.confirm();
    const answer = await call(...request);
    if (answer.ok) answeredAt = now();
    return answer;
  });
  lock.start();
  parts.push(lock);
  return () => (isSender ? { heardAt: bot.lastHeardAt(), answeredAt, problem: bot.problem() } : 'not-here');
}
