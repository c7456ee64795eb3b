import { readFileSync } from 'node:fs'
import { Secret } from '../../../../engine/step/secret.ts'
import { pkcs11TokenBinding } from '../../../../steps/pkcs11/binding.ts'
import { generateKeyPair } from '../../../../steps/pkcs11/generate-key-pair.ts'
import { contextOf, effectId } from './keys.ts'
import { never } from './sandbox-tokens.ts'

/** The process that is killed: opens the token of an entry and generates a key pair. */
const [, , entry = '', baseFolder = ''] = process.argv
const binding = await pkcs11TokenBinding.open(JSON.parse(entry), {
  name: 'root',
  runId: 'killed-run',
  baseFolder,
  sandbox: true,
  signal: never,
  login: ({ reference }, attempt) => attempt(new Secret(reference, readFileSync(reference.slice(5), 'utf8').trimEnd())),
})
process.stdout.write('applying\n')
const wanted = { label: 'example-root', algorithm: 'ec-p256', extractable: true } as const
await generateKeyPair.apply(wanted, contextOf<'token'>(binding.capability, { effectId }))
process.stdout.write('applied\n')
await binding.close()
