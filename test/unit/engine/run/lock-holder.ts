import { createInterface } from 'node:readline'
import { takeLock } from '../../../../engine/run/lock.ts'

// A process that takes the lock of a state folder when told `take`, and gives it back when told `release`. Argument: the folder.

const [, , path = ''] = process.argv
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`)

say({ ready: process.pid })
let lock: AsyncDisposable | undefined
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'take') {
    try {
      lock = await takeLock({ path }, `test ${process.pid}`)
      say({ held: process.pid })
    } catch (error) {
      say({ refused: error instanceof Error ? error.message : String(error) })
    }
  } else {
    await lock?.[Symbol.asyncDispose]()
    say({ released: process.pid })
  }
}
