import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'telegram-sandbox',
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
});
