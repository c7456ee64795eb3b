import { describe, expect, it } from 'vitest'
import { judgeOwnCopies } from '../../../../steps/cloudhsm/copies.ts'
import { backupOf, copyOf } from './backup-of.ts'

const source = backupOf('source', 3)
const copy = (id: string, state: string) => copyOf(id, source, 1, { state })
const sent = (copiesBefore: number) => ({ copiesBefore })

describe('copies that one effect asked for', () => {
  it('are found when one is READY, whatever became of others', () => {
    const ready = copy('b', 'READY')
    expect(judgeOwnCopies([copy('a', 'DELETED'), ready], sent(1))).toEqual({ state: 'found', copy: ready })
  })

  it('are waited for while one is made', () => {
    expect(judgeOwnCopies([copy('a', 'DELETED'), copy('b', 'CREATE_IN_PROGRESS')], sent(1)).state).toBe('pending')
  })

  it('are waited for as long as the last one that was asked for is not listed', () => {
    expect(judgeOwnCopies([], sent(0)).state).toBe('pending')
    expect(judgeOwnCopies([copy('a', 'DELETED')], sent(1)).state).toBe('pending')
  })

  it('are absent where nobody knows of a request, or a failed one may not be the last that was asked for', () => {
    expect(judgeOwnCopies([], undefined).state).toBe('absent')
    expect(judgeOwnCopies([copy('a', 'DELETED')], undefined).state).toBe('absent')
  })

  it('are asked for again when they failed, twice', () => {
    expect(judgeOwnCopies([copy('a', 'DELETED')], sent(0))).toMatchObject({ state: 'partial', next: 'copy 2' })
    const two = [copy('a', 'DELETED'), copy('b', 'DELETED')]
    expect(judgeOwnCopies(two, sent(1))).toMatchObject({ state: 'partial', next: 'copy 3' })
    expect(() => judgeOwnCopies([...two, copy('c', 'DELETED')], sent(2))).toThrow('3 copies ended as DELETED')
  })

  it('are a person’s when somebody deletes them', () => {
    expect(judgeOwnCopies([copy('a', 'PENDING_DELETION')], sent(0)).state).toBe('conflict')
  })
})
