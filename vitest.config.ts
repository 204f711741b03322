import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

const bellhop = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/seed.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: patienceMs, interval: 20 } },
};
const telegramTests = ['console', 'commands', 'dialogs', 'lifecycle', 'places', 'cards'];

export default defineConfig({
  test: {
    // By default one core stays free, which on two cores leaves one worker; tests wait for the disk and the database much.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      'packages/*',
      { test: { ...bellhop, name: 'bellhop', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] } },
      {
        // What people do in Telegram, once more with updates that Telegram posts.
        test: {
          ...bellhop,
          name: 'webhook mode',
          include: telegramTests.map((name) => `test/${name}.test.ts`),
          env: { TEST_TELEGRAM_MODE: 'webhook' },
        },
      },
    ],
  },
});
