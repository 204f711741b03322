import { randomBytes } from 'node:crypto';
import { createApiDocs } from '../api-docs/api-docs.ts';
import { createDashboard } from '../dashboard/dashboard.ts';
import { createChartRenderer } from '../charts/renderer.ts';
import { sendTest } from '../chats/send-test.ts';
import { chatwootEndpoints, chatwootOperations } from '../chatwoot/endpoints.ts';
import type { Config } from '../config/config.ts';
import { laneOf } from '../routes/lane.ts';
import { healthOperations, type Reconciling, type TelegramState } from '../http/health.ts';
import { createClientAddress } from '../http/client-address.ts';
import { createBodyBudget } from '../http/body-budget.ts';
import { createMayInspect } from '../http/inspect-access.ts';
import { createIsLocalRequest } from '../http/local-request.ts';
import { createIntake } from '../http/intake.ts';
import { createLimits } from '../http/limits.ts';
import { metricsRoute } from '../http/metrics.ts';
import { createRefusals } from '../http/refusals.ts';
import { createSecurityHeaders } from '../http/security-headers.ts';
import { createHttpServer } from '../http/server.ts';
import * as answerStore from '../inbound/answer-store.ts';
import type { Answer } from '../sources/endpoint.ts';
import { createProcessedWatch } from '../inbound/processed-watch.ts';
import { createShownWatch } from '../inbound/shown-watch.ts';
import { createSign } from './sandbox-mode/sign.ts';
import { tawkImportSeconds } from '../tawk/import-job.ts';
import { tawkEndpoints, tawkOperations } from '../tawk/endpoints.ts';
import { tawkPages } from '../tawk/pages.ts';
import { localeOf } from '../telegram/locale.ts';
import * as updateStore from '../telegram/receive/update-store.ts';
import { createUpdateIntake } from '../telegram/receive/update-intake.ts';
import { webhookOperation } from '../telegram/receive/webhook-operation.ts';
import { arrivalOf, botIdOf } from '../telegram/webhook-address.ts';
import type { Base, Part } from './base.ts';
import { countStored } from './heap-limits.ts';
import { hostRefusal } from '../checks/start-error.ts';

/** Six of the largest bodies at once; how long one more waits, well within a sender's own time-out of 5 s. */
const bodyMemory = { maxBytes: 128 * 1024 * 1024, waitMs: 3_000 };

/** `page` is where a person opens the sandbox's chat page; its key is never logged. */
export type Urls = Readonly<{ url: string; page: string | undefined }>;

/** Takes what sources send, answers operators, and shows the sandbox's page where there is one. */
export async function startHttp(base: Base, telegramState: () => TelegramState, parts: Part[]): Promise<Urls> {
  const { config, secrets, sandbox, db, wake, places, log, now } = base;
  const { chatwoot, tawk, allowUnsigned } = config;
  const intake = createIntake({ db, wake, log, stored: countStored });
  const updates = createUpdates(base);
  // Secrets are read at each request, because a reload replaces them.
  const chatwootDeps = {
    get secrets() {
      return secrets().chatwoot.webhookSecrets;
    },
    get alertKey() {
      return secrets().chatwoot.alertKey;
    },
    allowUnsigned,
    waitForCard: createShownWatch({ db, wake, teamChats: () => places.all().map(({ chatId }) => chatId) }).wait,
    findEarlier: (deliveryId: string, bodySha256: Buffer) =>
      answerStore.findEarlier(db, 'alert', deliveryId, bodySha256),
    keepAnswer: (id: number, answer: Answer) => answerStore.keepAnswer(db, id, answer),
    sendTest: (at: Date) => sendTest({ db, wake, places: () => places.routing().defaults }, at),
  };
  const tawkSecrets = {
    get secrets() {
      return secrets().tawk.webhookSecrets;
    },
    get contextKey() {
      return secrets().tawk.contextKey;
    },
    allowUnsigned,
    joinedTo: createProcessedWatch({ db, wake }).wait,
  };
  const hashSecrets = {
    get jsApiKey() {
      return secrets().tawk.jsApiKey;
    },
    get sessionSecret() {
      return secrets().appSessionSecret;
    },
    origins: config.shopOrigins,
  };
  const teamLanes = () => places.routing().defaults.map((place) => laneOf(place.chatId));
  let url = '';
  const target = () => ({
    baseUrl: url,
    ...(chatwoot.webhookSecrets[0] ? { chatwootSecret: chatwoot.webhookSecrets[0] } : {}),
    ...(chatwoot.alertKey ? { alertKey: chatwoot.alertKey } : {}),
    ...(tawk.webhookSecrets[0] ? { tawkSecret: tawk.webhookSecrets[0] } : {}),
  });
  // A new one at every start: nobody else on this machine knows it.
  const key = randomBytes(18).toString('base64url');
  const isLocalRequest = createIsLocalRequest(config.http.trustedProxies);
  const peer = base.sandboxChatwoot?.peer;
  const page =
    sandbox &&
    (await import('./sandbox-mode/page.ts')).createPage({ sandbox, peer, key, isLocalRequest, target, now, log });
  const mayInspect = createMayInspect(base.operatorKey, isLocalRequest);
  const budget = createBodyBudget(bodyMemory);
  const refusals = createRefusals(base);
  const reconciled = reconciledSources(config);
  const security = createSecurityHeaders(config.http.publicUrl);
  const charts = createChartRenderer({ log });
  const dashboard = createDashboard({
    ...base,
    charts,
    locale: localeOf(config, base),
    businessHours: config.businessHours,
    adminIds: config.telegram.adminIds,
    botToken: config.telegram.token ?? '',
    publicUrl: config.http.publicUrl,
    security: security.page,
  });
  const offered = {
    endpoints: [...chatwootEndpoints(chatwootDeps), ...tawkEndpoints(tawkSecrets)],
    operations: [
      ...chatwootOperations(chatwootDeps),
      ...tawkOperations(hashSecrets),
      updates.operation,
      ...healthOperations({
        db,
        teamLanes,
        telegramState,
        updatesWaiting: updates.countWaiting,
        startedAt: now(),
        reconciled,
      }),
    ],
    pages: tawkPages({ ...tawk, origins: config.shopOrigins }),
    routes: [
      metricsRoute({
        ...base,
        mayInspect,
        bodyBytes: budget.bytes,
        refused: refusals.counts,
        attempted: base.meter.all,
        reconciled,
      }),
      ...dashboard.routes,
    ],
  };
  const sign =
    sandbox &&
    createSign(
      {
        chatwootSecret: chatwoot.webhookSecrets[0],
        tawkSecret: tawk.webhookSecrets[0],
        alertKey: chatwoot.alertKey,
        contextKey: tawk.contextKey,
      },
      now,
    );
  const server = createHttpServer({
    ...config.http,
    ...offered,
    routes: [
      ...offered.routes,
      ...createApiDocs({
        ...offered,
        publicUrl: config.http.publicUrl,
        withPages: config.http.apiDocs,
        sign,
        isLocalRequest,
      }),
    ],
    mayInspect,
    clientAddress: createClientAddress(config.http.trustedProxies),
    security,
    intake,
    limits: createLimits(config),
    log,
    now,
    budget,
    refusals,
    eventStored: base.meters.eventStored,
    mounted: page ? { '/sandbox': page } : {},
  });
  const port = await server.start().catch((error: unknown) => {
    throw hostRefusal(error, config.http.host) ?? error;
  });
  parts.push(refusals, { stop: intake.drain }, { stop: updates.drain }, server);
  // Live streams would keep the server from closing.
  parts.push(dashboard, charts);
  if (page) parts.push({ stop: () => page.close() });
  const { host } = config.http;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  base.sandboxChatwoot?.connect({ baseUrl: url, secret: chatwoot.webhookSecrets[0] });
  return { url, page: page && `${url}/sandbox?key=${key}` };
}

function reconciledSources({ chatwoot, tawk }: Config): Reconciling[] {
  const { baseUrl, apiToken, reconcileSeconds: everySeconds } = chatwoot;
  return [
    ...(baseUrl && apiToken && everySeconds > 0 ? [{ source: 'chatwoot', everySeconds } as const] : []),
    ...(tawk.restApiKey ? [{ source: 'tawk', everySeconds: tawkImportSeconds } as const] : []),
  ];
}

/** Telegram's posts, in webhook mode. */
function createUpdates({ config: { telegram }, db, wake, log }: Base) {
  if (telegram.token === undefined) throw new Error('a bot without a token');
  const botId = botIdOf(telegram.token);
  const intake = createUpdateIntake({ db, wake, log, botId });
  const arrival = arrivalOf(telegram);
  const secret = arrival.mode === 'webhook' ? arrival.secret : undefined;
  return {
    operation: webhookOperation({ secret, store: intake.store }),
    countWaiting: (before: Date) => updateStore.countWaiting(db, botId, before),
    drain: intake.drain,
  };
}
