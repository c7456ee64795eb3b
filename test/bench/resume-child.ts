import { createHash } from 'node:crypto'
import { localDisk } from '../../engine/journal/disk.ts'
import { Journal } from '../../engine/journal/journal.ts'
import { RecordStore } from '../../engine/run/record-store.ts'

// Arguments: `raw` or `open`, and a journal. Prints the milliseconds of CPU that the process took, and its largest RSS in megabytes.

const [, , what = '', path = ''] = process.argv
if (what === 'raw') {
  const hash = createHash('sha256')
  for await (const chunk of localDisk.read(path)) hash.update(chunk)
  hash.digest()
} else {
  using store = new RecordStore(path)
  await using _journal = await Journal.open(path, (entry) => store.keep(entry))
  // what a kernel asks for on its way to the first step that is not done
  for (let n = 0; store.get(`step/s${n}/succeeded`) !== undefined; n += 1) continue
}
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
console.log(JSON.stringify({ ms: (userCPUTime + systemCPUTime) / 1000, mb: maxRSS / 1000 }))
