import { defineConfig } from 'vitest/config';

/** For `npm run mutate`: the tests of the pure rules alone, without a database, with the same random choices each time. */
export default defineConfig({
  test: {
    include: [
      'src/delivery/{pace,settle}.test.ts',
      'src/escalation/policy.test.ts',
      'src/incidences/incidence.test.ts',
      'src/routes/*.test.ts',
    ],
    setupFiles: ['test/support/seed.ts'],
    provide: { seed: 1 },
  },
});
