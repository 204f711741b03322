import { createApp } from '../../src/app.ts';
import { describeProblems, parseConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { unlimited } from '../../src/telegram/flood-limits.ts';

/** The product as `src/main.ts` runs it, for a Telegram that does not limit. */
const outcome = parseConfig(process.env);
if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
const { config } = outcome;
const app = createApp({ config, log: createLog(config.logLevel, { pretty: false }), limits: () => unlimited });
process.on('SIGTERM', () => void app.stop().then(() => process.exit()));
const { url } = await app.start();
console.log(url ? `listening on ${url}` : 'ready');
