import fc from 'fast-check';
import { inject } from 'vitest';

// Runs before each test file: property tests follow SEED too.
fc.configureGlobal({ seed: inject('seed') });
