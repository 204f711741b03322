import { setTimeout as sleep } from 'node:timers/promises';
import { createTranslateChatwoot } from './chatwoot/translate.ts';
import { createTranslateAlert } from './chatwoot/translate-alert.ts';
import type { Config, Secrets } from './config/config.ts';
import { createProcessor } from './inbound/processor.ts';
import { createCurrentRules } from './settings/severity-settings.ts';
import type { SeverityRules } from './sources/severity-rules.ts';
import type { ReadStored, SenderName } from './sources/source-event.ts';
import type { Sandbox } from 'telegram-sandbox';
import { translateContext } from './tawk/context.ts';
import { createTranslateTawk } from './tawk/translate.ts';
import { deskOf } from './app/desk.ts';
import { type AppOptions, type Base, type Part, startBase } from './app/base.ts';
import { startHttp } from './app/http.ts';
import { createSending } from './app/sender.ts';

export type App = Readonly<{
  /** Everything runs when it resolves; `url` where the http role is, `pageUrl` where there is also a sandbox. */
  start: () => Promise<{ url: string | undefined; pageUrl: string | undefined; sandbox: Sandbox | undefined }>;
  stop: () => Promise<void>;
}>;

/** How long requests to Telegram may take when stopping; the rest of the 10 s is for the database. */
const stopTimeoutMs = 8_000;
/** Minimum time for each remaining part when the budget is used up. */
const minStopTimeoutMs = 250;

export function createApp(options: AppOptions): App {
  const parts: Part[] = [];
  let starting: Promise<unknown> = Promise.resolve();
  return {
    start: () => {
      const started = start(options, parts);
      starting = started.catch(() => undefined);
      return started;
    },
    stop: async () => {
      const startedAt = performance.now();
      const remainingMs = () => Math.max(stopTimeoutMs - (performance.now() - startedAt), minStopTimeoutMs);
      await within(remainingMs(), starting);
      for (const part of parts.splice(0).toReversed()) {
        const stopped = Promise.resolve(part.stop()).catch((err: unknown) => options.log.warn({ err }, 'stop.failed'));
        const isDone = part.always ? stopped.then(() => true) : within(remainingMs(), stopped);
        if (!(await isDone)) options.log.warn('stop.part_abandoned');
      }
    },
  };
}

/** Whether the work finished in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal });
  const isDone = await Promise.race([work.then(() => true), late]);
  timer.abort();
  late.catch(() => undefined);
  return isDone;
}

async function start(options: AppOptions, parts: Part[]) {
  const base = await startBase(options, parts);
  const { config, sandbox } = base;
  if (config.roles.includes('process')) await startProcessing(base, parts);
  let ownUrl: string | undefined;
  // Only a sandbox's people are on this machine.
  const dashboardUrl = () => config.http.publicUrl ?? (sandbox && ownUrl);
  const { limits } = options;
  const sending = config.roles.includes('bot') ? createSending(base, { limits, dashboardUrl }, parts) : undefined;
  const telegramState = sending?.telegramState ?? (() => 'not-here' as const);
  const urls = config.roles.includes('http') ? await startHttp(base, telegramState, parts) : undefined;
  ownUrl = urls?.url;
  // Last: in webhook mode Telegram posts as soon as the bot receives.
  sending?.start();
  return { url: urls?.url, pageUrl: urls?.page, sandbox };
}

type Translators = Readonly<Record<SenderName, ReadStored>>;

/** A new source is one line here and one in `startHttp`. */
export function createTranslators(
  config: Config,
  rules: () => SeverityRules,
  secrets: () => Secrets = () => config,
): Translators {
  const { chatwoot } = config;
  const desk = { baseUrl: chatwoot.baseUrl, accountId: chatwoot.accountId?.toString() };
  return {
    chatwoot: createTranslateChatwoot(desk, rules),
    alert: createTranslateAlert(desk),
    tawk: createTranslateTawk({ rules, contextKey: () => secrets().tawk.contextKey }),
    shop: translateContext,
  };
}

async function startProcessing(base: Base, parts: Part[]): Promise<void> {
  const current = createCurrentRules(base);
  await current.load();
  current.start();
  parts.push(current);
  const translators = createTranslators(base.config, current.value, base.secrets);
  const bySource = new Map<string, ReadStored>(Object.entries(translators));
  const processor = createProcessor({
    ...base,
    db: base.unflushedDb,
    translate: (source) => bySource.get(source),
    places: base.places.routing,
    rules: current.value,
    desk: deskOf(base.config),
  });
  processor.start();
  parts.push(processor);
}
