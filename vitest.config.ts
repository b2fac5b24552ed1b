import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['tests/support/seed.ts'],
    include: ['tests/**/*.test.ts'],
    // All cores: much of the time tests wait for sockets and processes.
    maxWorkers: '100%',
    // Real recordings take seconds, browsers too; nothing here asserts a time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
