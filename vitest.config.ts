import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{unit,golden,contract,crash,e2e}/**/*.test.ts'],
    pool: 'forks',
    // most tests wait for programs of their own
    maxWorkers: '100%',
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
