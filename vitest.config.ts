import { defineConfig } from 'vitest/config';

/** It puts another file system in the place of Node's, and what has loaded that one before would keep it. */
const alone = ['tests/tape/failure.test.ts'];

export default defineConfig({
  test: {
    setupFiles: ['tests/support/seed.ts'],
    // All cores: much of the time tests wait for sockets and processes.
    maxWorkers: '100%',
    // Real recordings take seconds, browsers too; nothing here asserts a time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      // One after the other in the same processes: loading everything anew for each file takes a fifth of the time.
      {
        extends: true,
        test: { name: 'together', include: ['tests/**/*.test.ts'], exclude: alone, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
