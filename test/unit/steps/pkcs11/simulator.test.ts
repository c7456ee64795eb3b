import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findSoftHsmLibrary } from '../../../../steps/pkcs11/token/softhsm-library.ts'
import { makeSoftToken } from '../../../../steps/pkcs11/simulator/soft-token.ts'
import { writeConfiguration } from '../../../../steps/pkcs11/token/soft-token.ts'
import { softHsm } from '../../../../steps/pkcs11/simulator/softhsm.ts'
import { SandboxTokens } from './sandbox-tokens.ts'

it('finds its tokens again when it is started again', async () => {
  await using tokens = new SandboxTokens()
  const first = await tokens.entry('root', { label: 'root-hsm' })
  const again = await softHsm.start(tokens.world())
  expect((await again.binding('root', { label: 'root-hsm' })).entry).toEqual(first)
  expect((await again.binding('root', { label: 'root-hsm' })).facts).toEqual({
    label: 'root-hsm',
    serial: first.expectSerial,
  })
})

it('keeps PINs in files that only their owner reads', async () => {
  await using tokens = new SandboxTokens()
  const { pin, environment } = await tokens.entry('root')
  expect(statSync(pin.replace('file:', '')).mode & 0o777).toBe(0o600)
  const folder = environment?.['SOFTHSM2_CONF']?.replace('/softhsm2.conf', '') ?? ''
  expect(statSync(join(folder, 'root.so-pin')).mode & 0o777).toBe(0o600)
})

it('makes one token for a binding, wherever it was killed before', async () => {
  await using tokens = new SandboxTokens()
  const { folder } = tokens.world()
  mkdirSync(folder, { recursive: true })
  const configuration = await writeConfiguration(folder)
  // killed while it was initialised: the leftover is of no use
  mkdirSync(join(folder, 'making', 'root', 'tokens', 'torn'), { recursive: true })
  const made = await makeSoftToken(folder, join(folder, 'tokens'), 'root', 'root')
  // killed between the record and the move
  mkdirSync(join(folder, 'making', 'root', 'tokens'), { recursive: true })
  execFileSync('mv', [join(folder, 'tokens', made.folder), join(folder, 'making', 'root', 'tokens', made.folder)])
  expect(await makeSoftToken(folder, join(folder, 'tokens'), 'root', 'root')).toEqual(made)
  // killed before the record was written: the PIN file stays
  const pin = readFileSync(join(folder, 'root.pin'), 'utf8')
  rmSync(join(folder, 'root.token.json'))
  rmSync(join(folder, 'tokens', made.folder), { recursive: true })
  const fresh = await makeSoftToken(folder, join(folder, 'tokens'), 'root', 'root')
  expect(readFileSync(join(folder, 'root.pin'), 'utf8')).toBe(pin)
  const env = { ...process.env, SOFTHSM2_CONF: configuration }
  const slots = execFileSync('softhsm2-util', ['--show-slots'], { env, encoding: 'utf8' })
  expect(slots.match(/Initialized: +yes/g)).toHaveLength(1)
  expect(slots).toContain(fresh.serial)
})

it('refuses another label for a token that is there, and words that it does not know', async () => {
  await using tokens = new SandboxTokens()
  await tokens.entry('root')
  await expect(tokens.entry('root', { label: 'other' })).rejects.toMatchObject({ code: 'conflict' })
  await expect(tokens.entry('backup', { lable: 'other' })).rejects.toThrow('has no `lable`')
})

it('names the packages when SoftHSM is missing', () => {
  expect(() => findSoftHsmLibrary('/nowhere/libsofthsm2.so')).toThrow(
    expect.objectContaining({ code: 'not-found', hint: expect.stringContaining('apt-get install softhsm2') }),
  )
})
