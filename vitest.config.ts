import { configDefaults, defineConfig } from 'vitest/config'

/** Long ones that Node runs: what they try has other tests that run on both. */
const onNodeAlone = [
  'test/contract/cloudhsm-client.test.ts',
  'test/e2e/second-apply.test.ts',
  'test/unit/steps/cloudhsm/durability.test.ts',
]
const onBun = process.versions['bun'] !== undefined
if (onBun) console.log(`skipped on Bun, for time: ${onNodeAlone.join(', ')}`)

export default defineConfig({
  test: {
    include: ['test/{unit,golden,contract,crash,e2e}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(onBun ? onNodeAlone : [])],
    pool: 'forks',
    // most tests wait for programs of their own
    maxWorkers: '100%',
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
