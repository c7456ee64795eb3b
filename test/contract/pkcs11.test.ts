import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { JsonObject } from '../../engine/step/json.ts'
import { localFolder } from '../../steps/file/local-folder.ts'
import { copyKey } from '../../steps/pkcs11/copy-key.ts'
import { keyIdOfEffect } from '../../steps/pkcs11/token/effect-key-id.ts'
import { generateKeyPair } from '../../steps/pkcs11/generate-key-pair.ts'
import { identifyToken } from '../../steps/pkcs11/identify-token.ts'
import { inventory } from '../../steps/pkcs11/inventory.ts'
import { proveCopy } from '../../steps/pkcs11/prove-copy.ts'
import { readKey } from '../../steps/pkcs11/read-key.ts'
import { settleExtractable } from '../../steps/pkcs11/settle-extractable.ts'
import type { Pkcs11Token } from '../../steps/pkcs11/token/token.ts'
import { unwrapKey } from '../../steps/pkcs11/unwrap-key.ts'
import { addKey, addWrappingKey, copyInto } from '../unit/steps/pkcs11/keys.ts'
import { SandboxTokens } from '../unit/steps/pkcs11/sandbox-tokens.ts'
import { contractEffectId } from './contract-context.ts'
import { type ContractWorld, stepContract } from './step-contract.ts'

const template = new SandboxTokens()

beforeAll(async () => {
  await template.entry('root')
  await template.entry('backup')
})

afterAll(() => template[Symbol.asyncDispose]())

type Arranged = { readonly target: unknown; readonly inputs: JsonObject }

/** A world of two tokens, `root` and `backup`. */
function world(arrange: (root: Pkcs11Token, backup: Pkcs11Token) => Promise<Arranged>) {
  return async (): Promise<ContractWorld> => {
    const tokens = SandboxTokens.copyOf(template)
    const arranged = await arrange(await tokens.open('root'), await tokens.open('backup'))
    return {
      ...arranged,
      fingerprint: () => Promise.resolve(tokens.fingerprint(true)),
      secrets: [tokens.pin('root'), tokens.pin('backup')],
      close: () => tokens[Symbol.asyncDispose](),
    }
  }
}

/** Half of a pair under the id of the suite's effect. */
async function makePublicKey(token: Pkcs11Token): Promise<void> {
  const { signal } = new AbortController()
  const keyId = keyIdOfEffect(contractEffectId)
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  await token.createPublicKey({ spki, label: 'half', keyId, purpose: 'sign' }, signal)
}

stepContract(
  generateKeyPair,
  world(async (root) => ({
    target: root,
    inputs: { label: 'example-root', algorithm: 'ec-p384', extractable: true },
  })),
  {
    ...{ seenByOthers: false, applyAgain: true }, // the suite's effect id is none that a run chooses
    leaveHalf: ({ target }) => makePublicKey(target as Pkcs11Token), // as arranged above
  },
)

stepContract(
  copyKey,
  world(async (from, to) => {
    const { spkiSha256 } = await addWrappingKey(to)
    const { keyId } = await addKey(from)
    const wrapping = { wrappingKeyLabel: 'wrapping', wrappingKeySha256: spkiSha256 }
    return { target: { from, to }, inputs: { key: keyId, label: 'copy', extractable: true, ...wrapping } }
  }),
  {
    ...{ seenByOthers: false, applyAgain: true }, // as above
    leaveHalf: ({ target }) => makePublicKey((target as { readonly to: Pkcs11Token }).to), // as arranged above
  },
)

stepContract(
  unwrapKey,
  world(async (root, to) => {
    await addWrappingKey(to)
    const { keyId, publicKeyPem } = await addKey(root)
    const { signal } = new AbortController()
    const wrappingSpki = await to.publicKeySpki('f0', signal)
    const blob = await root.wrapFor({ keyId, wrappingSpki, oaepHash: 'sha1' }, signal)
    const path = mkdtempSync(join(tmpdir(), 'runbook-courier-'))
    writeFileSync(join(path, 'wrapped'), blob)
    const fileSha256 = createHash('sha256').update(blob).digest('hex')
    const wrapped = { file: 'wrapped', fileSha256, oaepHash: 'sha1', unwrappingKeyLabel: 'wrapping' }
    return {
      target: { from: localFolder(path), to },
      inputs: { ...wrapped, publicKeyPem, label: 'copy', extractable: true },
    }
  }),
  {
    ...{ seenByOthers: false, applyAgain: true }, // as above
    leaveHalf: ({ target }) => makePublicKey((target as { readonly to: Pkcs11Token }).to), // as arranged above
    failures: [
      {
        title: 'a file that was changed on the way',
        during: 'apply',
        code: 'conflict',
        provoke({ target }) {
          const { path } = (target as { readonly from: { readonly path: string } }).from // as arranged above
          writeFileSync(join(path, 'wrapped'), 'something else')
        },
      },
    ],
  },
)

stepContract(
  proveCopy,
  world(async (from, to) => {
    const { keyId } = await addKey(from)
    return { target: { from, to }, inputs: { key: keyId, copy: await copyInto(from, to, keyId) } }
  }),
  { seenByOthers: false }, // a proof is known to its run alone
)

stepContract(
  settleExtractable,
  world(async (root) => ({ target: root, inputs: { key: (await addKey(root)).keyId, afterCopy: 'drop' } })),
  { firstLook: 'different' },
)

stepContract(
  readKey,
  world(async (root) => ({ target: root, inputs: { key: (await addKey(root)).keyId } })),
)

stepContract(
  inventory,
  world(async (root) => {
    await addKey(root)
    return { target: root, inputs: {} }
  }),
)

stepContract(
  identifyToken,
  world(async (root) => ({ target: root, inputs: {} })),
)
