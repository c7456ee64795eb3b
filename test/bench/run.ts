import { availableParallelism, loadavg } from 'node:os'
import { certificates } from './certificates.ts'
import { coldStart } from './cold-start.ts'
import { largeJournal, resume } from './resume.ts'
import { programCost } from './program-cost.ts'
import { stepCost } from './step-cost.ts'

/** Measures, and prints one JSON document. A ratio tells of code; the times around it tell of the machine. */
const pathOf = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname
/** Minutes long: asked for with `npm run bench -- --full`. */
const full = process.argv.includes('--full')
const load = loadavg()[0] ?? 0
const ratios = [
  coldStart(pathOf('dist/bin/runbook.js'), pathOf('runbooks/portable-root.yaml')),
  await stepCost(1_000, 5),
  ...(full ? [await stepCost(100_000, 1)] : []),
  ...(await resume(100_000)),
  ...(await largeJournal(1_000)),
  await programCost(),
  await certificates(),
]
const rounded = ratios.map((each) => ({ ...each, ratio: Number(each.ratio.toFixed(2)) }))
console.log(
  JSON.stringify(
    { runtime: process.version, cores: availableParallelism(), loadBefore: Number(load.toFixed(1)), ratios: rounded },
    undefined,
    2,
  ),
)
