import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The gate runs on machines that stall for seconds; a test that passes only the second time is named in the report.
    retry: process.env['CI'] ? 1 : 0,
  },
});
