import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { startSandbox } from './sandbox-process.ts'

it('posture judges by what the environment says that is good', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-posture-'))
  using workshop = new Workshop()
  const runbook = new URL('../../runbooks/posture.yaml', import.meta.url).pathname
  await using sandbox = await startSandbox(join(folder, 'sandbox'), [runbook])
  let runs = 0
  const exitWith = async (...inputs: readonly string[]) => {
    const { exit, stderr } = await workshop.see([
      ...['apply', runbook, '--env', sandbox.environment, '--state', join(folder, `state-${(runs += 1)}`)],
      ...inputs.flatMap((input) => ['--input', input]),
    ])
    return exit === 1 ? /\d+ findings are bad/.exec(stderr)?.[0] : exit
  }
  expect(await exitWith()).toBe(0)
  // the key of this cluster may not leave it
  expect(await exitWith('caKeysExtractable=never')).toBe(0)
  expect(await exitWith('caKeysExtractable=wrapped')).toBe('2 findings are bad')
  // its certificates end in ten years
  expect(await exitWith('certificateDays=[90, 30]')).toBe(0)
  expect(await exitWith('certificateDays=[9000, 8000]')).toBe('2 findings are bad')
  expect(await exitWith('clientVersion=99.0')).toBe('1 findings are bad')
  rmSync(folder, { recursive: true })
})
