import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { JournalError } from '../../../../engine/journal/journal-error.ts'
import { Journal } from '../../../../engine/journal/journal.ts'

// Fills the small file system in the folder it is given, makes room, and goes on. Prints what it saw as one JSON document.

const [, , folder = ''] = process.argv
const path = join(folder, 'journal.jsonl')
const filler = join(folder, 'filler')

/** Takes what is left but for so many bytes. */
function fillBut(free: number): void {
  const chunk = Buffer.alloc(1024)
  for (let left = 1 << 20; left > 0; left -= chunk.length) {
    try {
      writeFileSync(filler, chunk, { flag: 'a' })
    } catch {
      break
    }
  }
  const { size } = statSync(filler)
  rmSync(filler)
  writeFileSync(filler, Buffer.alloc(Math.max(0, size - free)))
}

async function failing(work: () => Promise<unknown>): Promise<object> {
  try {
    await work()
    return { worked: true }
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    return { code: error.code, message: error.message, hint: error.hint }
  }
}

const acknowledged = ['run/begun']
const seen: Record<string, unknown> = {}
{
  await using journal = await Journal.create(path, 'run/begun', null)
  fillBut(12_288)
  seen['full'] = await failing(async () => {
    for (let n = 0; n < 1000; n += 1) {
      await journal.append(`k${n}`, 'x'.repeat(700))
      acknowledged.push(`k${n}`)
    }
  })
  seen['again'] = await failing(() => journal.append('more', null))
}
seen['opened'] = await failing(async () => {
  await using _journal = await Journal.open(path, () => undefined)
})
seen['begun'] = await failing(() => Journal.create(join(folder, 'other.jsonl'), 'run/begun', 'x'.repeat(9000)))
rmSync(filler)
const found: string[] = []
{
  await using journal = await Journal.open(path, ({ key }) => found.push(key))
  await journal.append('after', null)
}
const last: string[] = []
await using _journal = await Journal.open(path, ({ key }) => last.push(key))
console.log(JSON.stringify({ ...seen, acknowledged, found, last }))
