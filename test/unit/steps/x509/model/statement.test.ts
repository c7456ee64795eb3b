import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTbs } from '../../../../../steps/x509/model/parse-tbs.ts'
import { proofStatement } from '../../../../../steps/x509/model/statement.ts'

const spkiSha256 = 'ab'.repeat(32)

describe('a proof statement', () => {
  it('reads as what it proves', () => {
    const statement = proofStatement({ runId: 'r-2026', purpose: 'backup copy signs', spkiSha256 })
    expect(Buffer.from(statement).toString()).toBe(
      `runbook proof of possession\nrun: r-2026\npurpose: backup copy signs\nspki-sha256: ${spkiSha256}\n`,
    )
  })

  it('can never be taken for something that X.509 signs', () => {
    const line = fc.string({ minLength: 1 }).filter((text) => text.trim() === text)
    fc.assert(
      fc.property(line, line, (runId, purpose) => {
        const statement = proofStatement({ runId, purpose, spkiSha256 })
        expect(statement[0]).toBe('r'.charCodeAt(0))
        expect(() => parseTbs(statement)).toThrow(expect.objectContaining({ code: 'invalid' }))
      }),
    )
  })

  it.each([
    [{ runId: '', purpose: 'a', spkiSha256 }],
    [{ runId: 'a\nspki-sha256: 00', purpose: 'a', spkiSha256 }],
    [{ runId: 'a', purpose: ' a', spkiSha256 }],
    [{ runId: 'a', purpose: 'é', spkiSha256 }],
    [{ runId: 'a', purpose: 'a', spkiSha256: 'AB'.repeat(32) }],
  ])('is refused for %j', (fields) => {
    expect(() => proofStatement(fields)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
