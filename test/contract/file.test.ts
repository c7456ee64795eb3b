import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../engine/step/json.ts'
import { folderBinding } from '../../steps/file/binding.ts'
import { read } from '../../steps/file/read.ts'
import { writeRecord } from '../../steps/file/write-record.ts'
import { write } from '../../steps/file/write.ts'
import { stepContract, type ContractFailure, type ContractWorld } from './step-contract.ts'

stepContract(write, () => folderWorld({ name: 'root.pem', content: 'grün\n' }), {
  failures: [another('root.pem'), gone('apply')],
})
stepContract(
  writeRecord,
  () => folderWorld({ name: 'record.json', record: { b: [1, { d: null, c: true }], a: 'x' } }),
  { failures: [another('record.json'), gone('apply')] },
)
stepContract(read, () => folderWorld({ name: 'left.txt' }, { 'left.txt': 'left by people\n' }), {
  failures: [gone('check')],
})

function another(name: string): ContractFailure {
  return {
    title: 'a file with another content',
    during: 'apply',
    provoke: ({ target }) => writeFile(join(pathOf(target), name), 'something else'),
    code: 'conflict',
  }
}

function gone(during: 'check' | 'apply'): ContractFailure {
  return {
    title: 'a folder that is gone',
    during,
    provoke: ({ target }) => rm(pathOf(target), { recursive: true }),
    code: 'not-found',
  }
}

function pathOf(target: unknown): string {
  // the world below was given the capability of the folder binding
  return (target as { readonly path: string }).path
}

async function folderWorld(inputs: JsonObject, files: Readonly<Record<string, string>> = {}): Promise<ContractWorld> {
  const baseFolder = await mkdtemp(join(tmpdir(), 'runbook-file-'))
  await mkdir(join(baseFolder, 'out'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(baseFolder, 'out', name), text)
  const opened = await folderBinding.open(
    { path: 'out' },
    {
      name: 'out',
      runId: 'contract-run',
      baseFolder,
      sandbox: false,
      signal: new AbortController().signal,
      login: () => Promise.reject(new Error('a folder needs no credential')),
    },
  )
  return {
    target: opened.capability,
    inputs,
    async fingerprint() {
      const names = (await readdir(opened.capability.path)).sort()
      const texts = names.map(async (name) => [name, await readFile(join(opened.capability.path, name), 'utf8')])
      return JSON.stringify(await Promise.all(texts))
    },
    close: () => rm(baseFolder, { recursive: true }),
  }
}
