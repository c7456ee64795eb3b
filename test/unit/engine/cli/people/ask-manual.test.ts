import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { doneByHand } from '../../../../../engine/cli/people/ask-manual.ts'
import type { Terminal } from '../../../../../engine/cli/terminal.ts'
import { checkValue } from '../../../../../engine/document/check-value.ts'
import { manualOutputs } from '../../../../../engine/document/builtin-outputs.ts'
import type { ManualRequest } from '../../../../../engine/run/person-request.ts'

const never = new AbortController().signal
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-manual-'))
  await writeFile(join(folder, 'photo 1 (2).jpg'), 'a photo')
})
afterEach(() => rm(folder, { recursive: true }))

function request(id = 'turn'): ManualRequest {
  const step = { id, number: '1', title: 'Turn the key' }
  const typed = { confirm: { const: 'turned' }, confirmText: 'type `turned`' }
  return { kind: 'manual', step, instructions: 'turn the key', ...typed, evidence: 'required' }
}

function answer(id: string, evidence: string | undefined, terminal?: Terminal): ReturnType<typeof doneByHand> {
  const artifacts = join(folder, 'artifacts')
  return doneByHand(request(id), { terminal, given: 'turned', evidence, artifacts, principal: 'olga' }, never)
}

function typing(...lines: string[]): Terminal & { readonly shown: string[] } {
  const shown: string[] = []
  const ask = (): Promise<string | undefined> => Promise.resolve(lines.shift())
  return { shown, show: (text) => shown.push(text), ask, askHidden: ask }
}

describe('evidence', () => {
  it.each([
    ['turn', 'photo 1 (2).jpg', /^turn-[0-9a-f]{12}\.jpg$/],
    ['turn[eu]', 'photo 1 (2).jpg', /^turn-[0-9a-f]{12}\.jpg$/],
    ['turn', 'Ünterschrift', /^turn-[0-9a-f]{12}$/],
    ['turn', 'scan.j pg', /^turn-[0-9a-f]{12}$/],
  ])('of %s in `%s` is kept under a plain name, beside its own', async (id, name, kept) => {
    await writeFile(join(folder, name), 'a photo')
    const outputs = await answer(id, join(folder, name))
    expect(outputs).toMatchObject({
      value: 'turned',
      by: 'olga',
      evidence: expect.stringMatching(kept),
      evidenceName: name,
    })
    expect(checkValue(outputs, manualOutputs)).toEqual([])
    const [file = ''] = await readdir(join(folder, 'artifacts'))
    expect(file).toMatch(kept)
    expect(await readFile(join(folder, 'artifacts', file), 'utf8')).toBe('a photo')
  })

  it('of a name that was mistyped at the terminal is asked for again', async () => {
    const terminal = typing(join(folder, 'phto.jpg'), folder, join(folder, 'photo 1 (2).jpg'))
    expect(await answer('turn', undefined, terminal)).toMatchObject({ evidenceName: 'photo 1 (2).jpg' })
    expect(terminal.shown.join('')).toMatch(/phto\.jpg` cannot be read \(`ENOENT`\)[^]*cannot be read \(`EISDIR`\)/)
  })

  it('of a name that was mistyped on the command line stops the run, and is no failure of it', async () => {
    await expect(answer('turn', join(folder, 'phto.jpg'))).rejects.toMatchObject({
      ...{ name: 'NeedsPerson', reason: 'manual', message: expect.stringContaining('phto.jpg') },
      ...{ step: { id: 'turn' }, hint: expect.stringContaining("--evidence 'turn=FILE'") },
    })
  })

  it('is waited for when the terminal is closed', async () => {
    await expect(answer('turn', undefined, typing())).rejects.toMatchObject({ reason: 'manual' })
  })
})
