import { setTimeout as sleep } from 'node:timers/promises';
import { createTranslateChatwoot } from './chatwoot/translate.ts';
import { createTranslateAlert } from './chatwoot/translate-alert.ts';
import type { Config } from './config/config.ts';
import { createProcessor } from './inbound/processor.ts';
import type { Translate } from './sources/source-event.ts';
import type { Sandbox } from 'telegram-sandbox';
import { createTranslateTawk } from './tawk/translate.ts';
import { type AppOptions, type Base, type Part, startBase } from './app/base.ts';
import { startHttp } from './app/http.ts';
import { startSending } from './app/sender.ts';

export type App = Readonly<{
  /** Everything runs when it resolves; `url` where the http role is, `pageUrl` where there is also a sandbox. */
  start: () => Promise<{ url: string | undefined; pageUrl: string | undefined; sandbox: Sandbox | undefined }>;
  stop: () => Promise<void>;
}>;

/** What is being sent to Telegram may take this long when we stop; the rest of the 10 s is the database's. */
const stopPatienceMs = 8_000;
/** What comes after a part that took all of it. */
const leastPatienceMs = 250;

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
      const begun = performance.now();
      const patience = () => Math.max(stopPatienceMs - (performance.now() - begun), leastPatienceMs);
      await within(patience(), starting);
      for (const part of parts.splice(0).toReversed()) {
        const stopped = Promise.resolve(part.stop()).catch((err: unknown) => options.log.warn({ err }, 'stop.failed'));
        const isDone = part.always ? stopped.then(() => true) : within(patience(), stopped);
        if (!(await isDone)) options.log.warn('stop.part_left_behind');
      }
    },
  };
}

/** Whether it was done in time; it is not waited for longer. */
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
  if (config.roles.includes('process')) startProcessing(base, createTranslators(config), parts);
  const telegramState = config.roles.includes('bot')
    ? startSending(base, options.limits, parts)
    : () => 'not-here' as const;
  const urls = config.roles.includes('http') ? await startHttp(base, telegramState, parts) : undefined;
  return { url: urls?.url, pageUrl: urls?.page, sandbox };
}

type Translators = Readonly<Record<'chatwoot' | 'alert' | 'tawk', Translate>>;

/** A new source is one line here and one in `startHttp`. */
export function createTranslators({ chatwoot }: Config): Translators {
  const desk = { baseUrl: chatwoot.baseUrl, accountId: chatwoot.accountId?.toString() };
  return {
    chatwoot: createTranslateChatwoot(desk),
    alert: createTranslateAlert(desk),
    tawk: createTranslateTawk({}),
  };
}

function startProcessing(base: Base, translators: Translators, parts: Part[]): void {
  const bySource = new Map<string, Translate>(Object.entries(translators));
  const processor = createProcessor({
    ...base,
    db: base.unflushedDb,
    translate: (source) => bySource.get(source),
    places: base.places.all,
  });
  processor.start();
  parts.push(processor);
}
