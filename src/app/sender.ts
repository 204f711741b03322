import { Api } from 'grammy';
import { chatIdOf, laneOf, type ChatPlace } from '../routes/lane.ts';
import { distinctPlaces } from '../routes/places-for.ts';
import { notifyOfLostTopic } from '../chats/notify-of-lost-topic.ts';
import { notifyOfDead, notifyOfLost } from '../chats/notify-admins.ts';
import { notifyOfWebhook } from '../chats/notify-of-webhook.ts';
import { deskOf } from './desk.ts';
import { notifyOfUnreached, type Unreached } from '../chats/notify-of-unreached.ts';
import { createRescue } from '../chats/rescue-lost-chats.ts';
import { createDatabaseWatch } from '../chats/watch-database.ts';
import { createChartRenderer } from '../charts/renderer.ts';
import { createDigestJob } from '../digest/digest-job.ts';
import { createDispatcher } from '../delivery/dispatcher.ts';
import { NotSending } from '../delivery/turns.ts';
import { createSessionLock, type Holder, type SessionLock } from '../database/session-lock.ts';
import type { DatabaseProblem } from '../database/usable.ts';
import type { TelegramState } from '../http/health.ts';
import { createMenuCloser } from '../incidences/close-menus.ts';
import { showUnshown } from '../incidences/show-unshown.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { openPairing } from '../settings/pairing.ts';
import { createReminderJob } from '../reminders/reminder-job.ts';
import { createQuietChats } from '../quiet/quiet-chats.ts';
import { createRetentionJob } from '../retention/retention-job.ts';
import { createDutyJob } from '../shifts/duty-job.ts';
import { createIndexJob } from '../search/index-job.ts';
import { createHoursJob } from '../stats/hours-job.ts';
import { createStormController } from '../storms/storm-controller.ts';
import { createChatwootClient, writingWhile } from '../chatwoot/client.ts';
import { createReconcileJob } from '../chatwoot/reconcile/job.ts';
import { createLinkDesk, createOwnTokens } from '../chatwoot/own-tokens.ts';
import { createReplyDesk } from '../chatwoot/reply-desk.ts';
import { withChatwootLimits } from '../chatwoot/limits.ts';
import { createChatwootSenders, giveUp, withoutChatwoot } from '../chatwoot/senders/senders.ts';
import { apiClient } from '../telegram/api-client.ts';
import { createBot } from '../telegram/bot.ts';
import { type FetchFile, fetchFileBy } from '../telegram/fetch-file.ts';
import { telegramLimits, unlimited } from '../telegram/flood-limits.ts';
import { createProbe } from '../telegram/probe.ts';
import { createSenders } from '../telegram/senders/senders.ts';
import { measureCalls } from '../telegram/measure-calls.ts';
import { localeOf } from '../telegram/locale.ts';
import { chatOptions, textOptions } from '../telegram/message-options.ts';
import { describeWebhook } from '../telegram/receive/webhook-problem.ts';
import { retryAfterOf } from '../telegram/telegram-error.ts';
import { createTawkImport } from '../tawk/import-job.ts';
import { arrivalOf } from '../telegram/webhook-address.ts';
import { type AppOptions, type Base, type Part, senderLockKey } from './base.ts';

/** Longer than processing a batch of events takes. */
const lastOldPlanMs = 5_000;

type Sending = Readonly<{ telegramState: () => TelegramState; start: () => void }>;

/** The bot: once started, it sends and receives while this process holds the sender lock, and stands by otherwise. */
export function createSending(
  base: Base,
  { limits, dashboardUrl }: Readonly<{ limits: AppOptions['limits']; dashboardUrl: () => string | undefined }>,
  parts: Part[],
): Sending {
  const { config, sandbox, db, wake, log, places, adminPlaces, now } = base;
  const { telegram } = config;
  if (telegram.mode === 'sandbox') throw new Error('a bot without a token');
  const { token, apiRoot, adminIds } = telegram;
  const locale = localeOf(config, base);
  // Without a throttler: the dispatcher keeps the pace.
  const api = new Api(token, apiClient({ apiRoot, proxy: config.proxy, timeoutSeconds: 30 }));
  api.config.use(measureCalls(base.meters.telegramCalled));
  let isActive = false;
  const storms = createStormController({ db, wake, log, now });
  const failed = (err: unknown) => log.error({ err }, 'sender.event_failed');
  const showMissing = () => showUnshown(db, places.routing(), now()).then(() => wake.signal('deliveries'));
  const routesChanged = async () => {
    await base.routes.load();
    wake.signal('settings');
    void showMissing().catch(failed);
  };
  const peopleChanged = async () => {
    await base.storedAdmins.load();
    wake.signal('settings');
  };
  const placeChanged = async () => {
    await base.chosenPlace.load();
    await routesChanged();
    // What was being processed meanwhile was planned for the places of before.
    setTimeout(() => isActive && void showMissing().catch(failed), lastOldPlanMs).unref();
  };
  const quiet = createQuietChats({ db, wake, log, zone: locale.zone, now });
  const quietChanged = async () => {
    await quiet.load();
    // A summary may be due.
    for (const hint of ['settings', 'deliveries'] as const) wake.signal(hint);
  };
  const cardsChanged = async () => {
    await Promise.all([base.cards.load(), base.dateLanguage.load()]);
    wake.signal('deliveries');
  };
  const digestChanged = async () => {
    await base.digest.load();
    wake.signal('settings');
  };
  const topicLost = async (place: ChatPlace, reason: string) => {
    if (await notifyOfLostTopic(db, { place, reason, readers: places.routing().defaults }, now()))
      await routesChanged();
  };
  const unreached = async (who: Unreached) => {
    const [place] = places.routing().defaults;
    if (place && (await notifyOfUnreached(db, { ...who, place }, now()))) wake.signal('deliveries');
  };
  const lock = createSessionLock({ ...base, key: senderLockKey, name: 'sender' });
  const isSender = () =>
    lock.confirm().then(
      () => true,
      () => false,
    );
  const fetchFile = fetchFileBy({ api, apiRoot, token, proxy: config.proxy });
  const chatwoot = startChatwoot(base, { fetchFile, confirm: lock.confirm }, parts);
  const telegramPace = limits ?? (() => (sandbox?.flood === 'off' ? unlimited : telegramLimits));
  const team = () => ({ adminIds, chatIds: places.all().map(({ chatId }) => chatId) });
  const charts = createChartRenderer({ log });
  parts.push({ stop: charts.stop });
  const dispatcher = createDispatcher({
    ...base,
    db: base.unflushedDb,
    senders: {
      ...createSenders({
        api,
        db,
        locale,
        charts,
        businessHours: config.businessHours,
        isTeamChat: places.isTeamChat,
        isQuiet: quiet.isQuiet,
        team,
        topicLost,
        unreached,
      }),
      ...chatwoot.senders,
    },
    retryAfter: retryAfterOf,
    isSender,
    limits: () => withChatwootLimits(telegramPace()),
  });
  const rescuePlaces = () => base.adminIds().map((chatId) => ({ chatId, threadId: null }));
  const rescue = createRescue({ ...base, rescuePlaces, showUnshown: showMissing, probe: createProbe(api), dispatcher });
  dispatcher.events
    .on('attempted', base.meter.note)
    .on('backlogged', storms.backlogged)
    .on('dead', (delivery, reason) => void chatwoot.gaveUp(delivery, reason).catch(failed))
    .on(
      'dead',
      (delivery, reason) =>
        void notifyOfDead(db, { delivery, reason, adminPlaces: adminPlaces() }, now()).catch(failed),
    )
    .on('gone', () => void showMissing().catch(failed))
    .on('lost', (lane, { reason, migratedTo }) => {
      const isTeamChat = migratedTo === null && places.includes(chatIdOf(lane));
      const readers = distinctPlaces([...adminPlaces(), ...places.routing().defaults]);
      const notified = isTeamChat ? notifyOfLost(db, { lane, reason, readers }, now()) : Promise.resolve();
      void notified.then(routesChanged).catch(failed).finally(rescue.check);
    });
  const bot = createBot({
    ...base,
    charts,
    dispatcher,
    telegramCalled: base.meters.telegramCalled,
    pressAnswered: base.meters.pressAnswered,
    adminIds,
    dashboardUrl,
    businessHours: config.businessHours,
    desk: chatwoot.desk,
    replyDesk: chatwoot.replyDesk,
    linkDesk: chatwoot.linkDesk,
    locale,
    token,
    apiRoot,
    proxy: config.proxy,
    arrival: arrivalOf(telegram),
    publicUrl: config.http.publicUrl,
    webhookChanged: (problem) => {
      const described = problem && { kind: problem.kind, ...describeWebhook(problem) };
      if (described) log.error({ ...described, hint: described.advice }, 'telegram.webhook_broken');
      void notifyOfWebhook(db, { problem: described, adminPlaces: adminPlaces() }, now())
        .then(() => wake.signal('deliveries'))
        .catch(failed);
    },
    chatChanged: rescue.probeAll,
    pairing: {
      isConfigured: telegram.chat !== undefined,
      chosen: base.chosenPlace.value,
      placeChanged,
      peopleChanged,
      chatLost: async (chatId, loss) => {
        await deliveryStore.loseLane(db, laneOf(chatId), loss, now());
        dispatcher.events.emit('lost', laneOf(chatId), loss);
      },
    },
    connected: async (username) => {
      const code = await openPairing(db, telegram.chat === undefined && adminIds.length === 0, now());
      if (code !== undefined) base.print(`To begin, open https://t.me/${username}?start=${code}`);
    },
    routesChanged,
    quietChanged,
    cardsChanged,
    digestChanged,
    configuredDigestAt: config.digestAt,
    recovered: dispatcher.resumeBackedOffLanes,
    confirmSender: () =>
      lock.confirm().catch(() => {
        throw new NotSending();
      }),
  });

  const retention = createRetentionJob({ ...base, retentionDays: config.retentionDays });
  const announce = async (problem: DatabaseProblem | undefined) => {
    const { databaseUnwritable, databaseWritable } = locale.texts.notes;
    const text = problem ? databaseUnwritable(problem.detail, problem.fix) : databaseWritable;
    for (const place of adminPlaces()) {
      // An admin who cannot be reached keeps the notice from nobody else.
      await api.sendMessage(place.chatId, ...textOptions(text, chatOptions(place))).catch(failed);
    }
  };
  const { restApiKey, restUrl } = config.tawk;
  const restSettings = { url: restUrl, key: () => base.secrets().tawk.restApiKey ?? '', proxy: config.proxy };
  const chores = [
    storms,
    rescue,
    retention,
    quiet,
    createMenuCloser(base),
    createIndexJob(base),
    createHoursJob({ ...base, zone: config.timezone, businessHours: config.businessHours }),
    createReminderJob({ ...base, reminded: base.meters.reminded, adminIds, desk: chatwoot.desk }),
    createDigestJob({ ...base, digest: base.digest.value, zone: config.timezone }),
    createDutyJob({ ...base, businessHours: config.businessHours, zone: locale.zone, team }),
    createDatabaseWatch({ db, log, announce }),
    ...chatwoot.reconciling,
    ...(restApiKey ? [createTawkImport({ ...base, settings: restSettings })] : []),
  ];
  let answeredAt: Date | undefined;
  api.config.use(async (call, ...request) => {
    // A process that was suspended and resumes does not know yet that another is the sender.
    await lock.confirm();
    const answer = await call(...request);
    if (answer.ok) answeredAt = now();
    return answer;
  });
  const holder: Holder = {
    held: (session) => {
      isActive = true;
      dispatcher.start(session);
      for (const part of [...chores, bot]) part.start();
      void showMissing().catch(failed);
    },
    lost: async (reason) => {
      isActive = false;
      // The bot first: the answers it is sending go out through the dispatcher.
      await bot.stop({ mayConfirm: reason === 'stopped' });
      await Promise.all([dispatcher, ...chores].map((part) => part.stop()));
    },
  };
  parts.push(lock);
  return {
    telegramState: () => (isActive ? { polledAt: bot.lastHeardAt(), answeredAt, problem: bot.problem() } : 'not-here'),
    start: () => lock.start(holder),
  };
}

/** What reads from Chatwoot and writes to it, where its address and token are set. */
function startChatwoot(
  base: Base,
  { fetchFile, confirm }: Readonly<{ fetchFile: FetchFile; confirm: SessionLock['confirm'] }>,
  parts: Part[],
) {
  const { config, db, wake, places, tokenBox: box, now } = base;
  const { baseUrl, accountId, apiToken } = config.chatwoot;
  if (!baseUrl || accountId === undefined || !apiToken)
    return {
      desk: undefined,
      replyDesk: undefined,
      linkDesk: undefined,
      reconciling: [],
      senders: withoutChatwoot,
      gaveUp: async () => {},
    };
  const access = { baseUrl, accountId, apiToken: () => base.secrets().chatwoot.apiToken ?? apiToken };
  const client = writingWhile(confirm, createChatwootClient(access, config.proxy));
  // A person waits for its answers.
  const quickClient = createChatwootClient(access, config.proxy, 4_000);
  parts.push({ stop: client.close }, { stop: quickClient.close });
  const { reconcileSeconds: everySeconds } = config.chatwoot;
  const reconciling =
    everySeconds > 0 ? [createReconcileJob({ ...base, client, accountId, everySeconds, places: places.routing })] : [];
  const tokens = createOwnTokens({ db, client, box, now });
  const senders = createChatwootSenders({ db, client, places: places.routing, fetchFile, tokens, wake, now });
  const linkDesk = createLinkDesk(quickClient, accountId);
  return {
    desk: deskOf(config),
    reconciling,
    replyDesk: createReplyDesk(quickClient),
    linkDesk,
    senders,
    gaveUp: giveUp(base),
  };
}
