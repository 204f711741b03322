import { limitHeap, limitHeapDuringStart } from '../../src/app/heap-limits.ts';

limitHeapDuringStart();
const { createApp } = await import('../../src/app.ts');
const { describeProblems, parseConfig } = await import('../../src/config/config.ts');
const { createLog } = await import('../../src/log.ts');
const { unlimited } = await import('../../src/telegram/flood-limits.ts');

/** The product as `src/main.ts` runs it, started by `unlimited.js`, for a Telegram that does not limit. */
const outcome = parseConfig(process.env);
if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
const { config } = outcome;
const app = createApp({ config, log: createLog(config.logLevel, { pretty: false }), limits: () => unlimited });
process.on('SIGTERM', () => void app.stop().then(() => process.exit()));
const { url } = await app.start();
limitHeap();
console.log(url ? `listening on ${url}` : 'ready');
