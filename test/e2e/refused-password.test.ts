import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { portableRoot, startSandbox } from './sandbox-process.ts'

it('a refused password of the HSM client is not tried again until a person says that it changed, and is then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-password-'))
  using workshop = new Workshop()
  await using sandbox = await startSandbox(join(folder, 'sandbox'), [portableRoot])
  const text = readFileSync(sandbox.environment, 'utf8')
  const [place = '', right = ''] = /password: file:(\S+rootcu)\n/.exec(text) ?? []
  const wrong = join(folder, 'wrong')
  writeFileSync(wrong, 'not-the-password\n', { mode: 0o600 })
  const environment = `${sandbox.environment.slice(0, -'.yaml'.length)}-wrong.yaml`
  writeFileSync(environment, text.replace(place, `password: file:${wrong}\n`))

  const state = ['--state', join(folder, 'state')]
  const first = await workshop.see(['apply', portableRoot, '--env', environment, ...state, '--approve-all'])
  expect(first.exit).toBe(4)
  expect(first.stderr).toMatch(/refused the password of `rootcu`/)
  expect(first.stderr).toMatch(/^go on: .* resume RUN .*--credential-changed hsmClient$/m)
  expect(first.stderr).not.toContain('not-the-password')

  copyFileSync(right, wrong)
  const silent = await workshop.see(['resume', ...state, '--approve-all'])
  expect(silent).toMatchObject({ exit: 4, stderr: expect.stringContaining('is not tried again by itself') as unknown })
  const words = ['--approve-all', '--credential-changed', 'hsmClient', '--until', 'prepareRoot']
  const told = await workshop.see(['resume', ...state, ...words])
  expect(told.stderr).toContain('5 rootKey: done (made')
  rmSync(folder, { recursive: true })
})
