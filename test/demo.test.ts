import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createTranslators } from '../src/app.ts';
import { tellFortnight } from '../src/app/sandbox-mode/demo/fortnight.ts';
import { playSteps } from '../src/app/sandbox-mode/demo/play.ts';
import { demoEnv, fillDemo } from '../src/commands/demo.ts';
import { parseConfig } from '../src/config/config.ts';
import { createLog } from '../src/log.ts';
import { noRules } from '../src/sources/severity-rules.ts';
import { countFriction } from '../src/stats/count-friction.ts';
import { countNumbers } from '../src/stats/count-numbers.ts';
import { parsePeriod } from '../src/stats/period.ts';
import { startStores } from './support/lives.ts';

const now = new Date('2026-11-20T15:00:00Z');
const zone = 'Asia/Kolkata';
const log = createLog('silent', { pretty: false });
const small = { now, zone, days: 6, perDay: 4, seed: 14 };

function demoConfig(dataDir: string) {
  const outcome = parseConfig(demoEnv({ DATA_DIR: dataDir, TIMEZONE: zone }));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.config;
}

test('the demo uses nothing that is the operator’s', () => {
  const env = {
    DATA_DIR: '/srv/bellhop',
    PORT: '4000',
    TELEGRAM_BOT_TOKEN: '1:a',
    DATABASE_URL: 'postgres://team',
    CHATWOOT_BASE_URL: 'https://desk',
    TAWK_REST_API_KEY: 'key',
  };
  expect(demoEnv(env)).toEqual({
    DATA_DIR: '/srv/bellhop/demo',
    PORT: '4000',
    BUSINESS_HOURS: 'Mon-Sun 08:00-22:00',
    LOG_LEVEL: 'warn',
  });
});

test('the same seed tells the same story, in order and never of the future', () => {
  const steps = tellFortnight(small);
  expect(tellFortnight(small)).toEqual(steps);
  expect(tellFortnight({ ...small, seed: 15 })).not.toEqual(steps);
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).toSorted((a, b) => a.getTime() - b.getTime()));
  expect(steps.every(({ at }) => at <= now)).toBe(true);
});

test('numbers, friction, transcripts and tags have something to show', async () => {
  const { db } = await startStores();
  const translators = new Map(Object.entries(createTranslators(demoConfig('/unused'), () => noRules)));
  await playSteps({ db, log, translate: (source) => translators.get(source) }, tellFortnight(small), now);

  const period = parsePeriod('7d', zone, now);
  if (!period) throw new Error('no period');
  const clockwork = { businessHours: 'always', zone } as const;
  const { totals, groups, steps } = await countNumbers(db, { period, grouping: 'agent' }, clockwork);
  expect(totals.opened).toBeGreaterThan(20);
  expect(totals.closed).toBeGreaterThan(10);
  expect(totals.toAcknowledge.real.n).toBeGreaterThan(10);
  expect(totals.toAnswer.real.n).toBeGreaterThan(10);
  expect(totals.unacknowledgedNow).toBeGreaterThan(0);
  expect(groups.map(({ name }) => name)).toEqual(expect.arrayContaining(['Ana', 'Ben', 'ليلى', 'मीरा']));
  expect(steps.filter(({ opened }) => opened > 0).length).toBeGreaterThan(5);
  const friction = await countFriction(db, period, clockwork);
  expect(friction.cells.length).toBeGreaterThan(3);

  const count = (table: 'transcriptMessages' | 'incidenceTags' | 'deliveries') =>
    db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
  expect((await count('transcriptMessages')).count).toBeGreaterThan(5);
  expect((await count('incidenceTags')).count).toBeGreaterThan(3);
  // The chats of a sandbox begin empty: nothing of the past waits to be sent.
  expect((await count('deliveries')).count).toBe(0);
  const unread = await db.selectFrom('inboundEvents').select('reason').where('state', '!=', 'processed').execute();
  expect(unread.filter(({ reason }) => reason?.startsWith('processing failed'))).toEqual([]);
});

test('a second run uses what is there; what an interrupted one left is refused', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bellhop-demo-'));
  try {
    const config = demoConfig(dataDir);
    const printed: string[] = [];
    const print = (line: string) => void printed.push(line);
    await fillDemo(config, log, { now, perDay: 0, print });
    await fillDemo(config, log, { now, perDay: 0, print });
    expect(printed.at(-1)).toContain(`Using the demo data of ${now.toISOString()}`);
    await rm(path.join(config.dataDir, 'filled-at'));
    await expect(fillDemo(config, log, { now, perDay: 0, print })).rejects.toThrow(
      /stopped before the demo was complete/,
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
