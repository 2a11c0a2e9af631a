import { defineConfig } from 'vitest/config';

// The fast suite. Files named *.slow.test.ts are run by `npm run test:slow` and in CI.
const slow = process.env.SYNOD_TESTS === 'slow';

export default defineConfig({
  test: {
    include: [slow ? 'test/**/*.slow.test.ts' : 'test/**/*.test.ts'],
    exclude: slow ? [] : ['test/**/*.slow.test.ts'],
    // One worker a core: the default leaves one of them idle, which is half of a small machine.
    maxWorkers: '100%',
    // Files share what they import, which saves a third of the processor time: no test may leave anything behind in its
    // process. Processes, not threads: the command line is told a folder to work in, which a thread cannot have.
    pool: 'forks',
    isolate: false,
    testTimeout: slow ? 900_000 : 60_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});
