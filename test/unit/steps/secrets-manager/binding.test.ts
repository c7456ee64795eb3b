import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'
import { loadEnvironment } from '../../../../engine/document/load-environment.ts'
import { openBindings } from '../../../../engine/environment/open-bindings.ts'
import { RefusedLogins } from '../../../../engine/environment/refused-logins.ts'
import { openSecretStore } from '../../../../engine/environment/secret-store.ts'
import { redactor } from '../../../../engine/redaction/redactor.ts'
import { defineBindingKind } from '../../../../engine/step/binding-kind.ts'
import type { Capabilities } from '../../../../engine/step/capabilities.ts'
import type { Family } from '../../../../engine/step/family.ts'
import { secretReference } from '../../../../engine/step/schema.ts'
import { aws } from '../../../../steps/aws/index.ts'
import { secretsManager } from '../../../../steps/secrets-manager/index.ts'
import { startSecrets } from './secrets.ts'

const seen: string[] = []
const door = defineBindingKind({
  name: 'door',
  summary: 'A door',
  provides: 'host',
  config: Type.Object({ pin: secretReference('PIN of the door') }, { additionalProperties: false }),
  claims: () => 'a door',
  async open({ pin }, { login }) {
    await login({ device: 'door', user: 'cu', reference: pin }, async (secret) => void seen.push(secret.reveal()))
    // nobody looks behind the door
    return { capability: {} as Capabilities['host'], facts: {}, verify: async () => {}, close: async () => {} }
  },
})
const doors: Family = { name: 'door', summary: 'Doors', stepTypes: [], bindingKinds: [door], simulators: [] }

it('a binding gets its secret from Secrets Manager through another binding, and a step stores one there', async () => {
  const { client, entry, world } = await startSecrets()
  await client.createSecret({ Name: 'app/door', SecretString: '{"pin":"open sesame"}' })
  const text = JSON.stringify({
    environment: 'house',
    format: 1,
    kind: 'sandbox',
    sandbox: { control: 'http://127.0.0.1:1/', token: 'x' },
    bindings: { front: { kind: 'door', pin: 'secretsmanager:cloud/app/door#pin' }, cloud: { kind: 'aws', ...entry } },
  })
  const folder = mkdtempSync(join(tmpdir(), 'runbook-sm-'))
  const { environment, diagnostics } = await loadEnvironment(sourceFile(join(folder, 'site.yaml'), text), [
    aws,
    secretsManager,
    doors,
  ])
  expect(diagnostics).toEqual([])
  if (environment === undefined) return
  const { signal } = new AbortController()
  await using bindings = await openBindings(environment, ['front'], {
    refusedLogins: new RefusedLogins(folder),
    ask: () => Promise.resolve(undefined),
    credentialChanged: [],
    runId: 'k3x9',
    sandbox: true,
    signal,
  })
  expect([...bindings.opened.keys()]).toEqual(['cloud', 'front'])
  expect(seen).toEqual(['open sesame'])
  expect(redactor.text('open sesame')).toBe('[secret secretsmanager:cloud/app/door#pin]')

  const stores = openSecretStore({ environment, opened: bindings.opened, signal })
  const make = () => 'a password that was made'
  world.plan('secretsmanager:CreateSecret', 'reset-after')
  await expect(stores('k3x9.aaaaaa').create('secretsmanager:cloud/app/made', make)).rejects.toMatchObject({
    outcomeUnknown: true,
  })
  const secret = await stores('k3x9.aaaaaa').create('secretsmanager:cloud/app/made', () => 'another one')
  expect(secret.reveal()).toBe(make())
  expect(world.effects).toEqual(['CreateSecret', 'CreateSecret'])
})
