import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diagnosticJson } from '../../../../engine/diagnostics/diagnostic-json.ts'
import { checkFile } from '../../../../engine/cli/check-file.ts'
import { describedFamilies } from '../../../../engine/cli/described-families.ts'
import { familiesText } from '../../../../engine/cli/families-text.ts'
import { renderReference } from '../../../../engine/render/render-reference.ts'
import { families } from '../../../../steps/index.ts'

const root = new URL('../../../../', import.meta.url)
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const described = describedFamilies(familiesText(families))

/** Without functions, whose absence is what a described family is about. */
const saidBy = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, of) => (key === 'simulators' || key === 'preflight' ? undefined : of)))

describe('described families', () => {
  it('say what the families say', () => {
    expect(saidBy(described)).toEqual(saidBy(families))
  })

  it('give the same reference', () => {
    expect(renderReference(described)).toBe(renderReference(families))
  })

  it('lose nothing of it in JSON but functions', () => {
    const strange: string[] = []
    const look = (value: unknown, path: string): void => {
      if (value === null || ['string', 'boolean', 'function', 'undefined'].includes(typeof value)) return
      if (typeof value === 'number' && Number.isFinite(value)) return
      const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
      if (typeof value !== 'object' || !plain) strange.push(path)
      else for (const [key, part] of Object.entries(value)) look(part, `${path}/${key}`)
    }
    look(families, '')
    expect(strange).toEqual([])
  })

  it('refuse to do anything', () => {
    const [type] = described.flatMap(({ stepTypes }) => stepTypes)
    const [kind] = described.flatMap(({ bindingKinds }) => bindingKinds)
    expect(() => type?.check({}, {} as never)).toThrow('only described')
    expect(() => kind?.claims({})).toThrow('only described')
  })

  it.each(['runbooks/portable-root.yaml', 'runbooks/portable-root.rehearsal.yaml'])(
    'give the same mistakes as the families, whichever ninth line of %s is missing',
    async (path) => {
      const lines = textOf(path).split('\n')
      const file = new URL(path, root).pathname // a rehearsal file is read with the runbook beside it
      const mistakes = async (text: string, of: typeof families) => {
        const { summary, diagnostics } = await checkFile({ path: file, text, sha256: '' }, undefined, of)
        return { summary, diagnostics: diagnostics.map(diagnosticJson) }
      }
      for (let missing = 0; missing < lines.length; missing += 9) {
        const text = lines.filter((_, line) => line !== missing).join('\n')
        expect(await mistakes(text, described), `without line ${missing + 1}`).toEqual(await mistakes(text, families))
      }
    },
  )
})
