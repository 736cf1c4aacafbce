import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const common = { environment: 'node' as const, pool: 'forks' as const };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/documents/**/*.test.ts'],
          testTimeout: 20_000,
          // Without it a machine of two cores has one worker.
          maxWorkers: availableParallelism(),
          // Loading the modules anew for each file takes half of the processor time. So a test must leave no trace
          // in its process, and files come in random order, which shows one that does.
          isolate: false,
          // Polling has time on a machine that is busy with other work.
          expect: { poll: { timeout: 10_000 } },
          sequence: { shuffle: { files: true, tests: false } },
        },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          ...common,
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          testTimeout: 60_000,
          // The first run installs the clients; one file after the other, as they share that folder.
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...common,
          name: 'model',
          include: ['test/model/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...common,
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
