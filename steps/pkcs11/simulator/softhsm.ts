import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { StepError } from '../../../engine/step/errors.ts'
import type { JsonObject } from '../../../engine/step/json.ts'
import type { Simulator } from '../../../engine/step/simulator.ts'
import { faultVariable } from '../fault-folder.ts'
import { copyPrefix } from '../look-at-copy.ts'
import { printUri } from '../token/uri.ts'
import { faultsOfCalls } from './faults-of-calls.ts'
import { objectsOf } from '../token/soft-token-objects.ts'
import { findSoftHsmLibrary } from '../token/softhsm-library.ts'
import { writeConfiguration } from '../token/soft-token.ts'
import { makeSoftToken, pinFile } from './soft-token.ts'

/** Software tokens with real cryptography, one for each binding, in one folder. */
export const softHsm: Simulator = {
  name: 'SoftHSM token',
  bindingKind: 'pkcs11-token',
  notRehearsed: [
    'RSA-OAEP with SHA-256 as HSMs do it when a key is copied (SoftHSM knows SHA-1 only)',
    "AES key wrap with padding by the HSM vendor's mechanism number (SoftHSM takes the standard one)",
    'a PIN that locks after a few wrong tries (SoftHSM never locks)',
    'attributes that the HSM refuses or sets by itself (every boolean is stated in the templates)',
    'keys that exist on too few HSMs of a cluster, HSMs that fail, and a network between client and HSM',
    'users and quorum rules of the HSM, and who may use a key',
    "the HSM's speed and its random source",
  ],
  async start({ folder, tokenFolder, faults }) {
    const module = findSoftHsmLibrary()
    const configuration = await writeConfiguration(folder, tokenFolder)
    await removeCopies(folder)
    const faultFolder = join(folder, 'faults')
    await mkdir(faultFolder, { recursive: true, mode: 0o700 })
    faults.handOver?.('pkcs11', faultsOfCalls(faultFolder))
    const tokens = new Map<string, string>()
    return {
      async binding(name, wanted) {
        const elsewhere = tokenElsewhere(wanted)
        const made = elsewhere ?? (await makeSoftToken(folder, tokenFolder, name, wantedLabel(wanted) ?? name))
        if ('folder' in made) tokens.set(name, join(tokenFolder, made.folder))
        const { label, serial } = made
        const uri = printUri({ path: { token: label, serial }, query: {} })
        const environment = { SOFTHSM2_CONF: configuration, [faultVariable]: faultFolder }
        const pin = elsewhere?.pin ?? `file:${pinFile(folder, name)}`
        const entry = { uri, module, expectSerial: serial, pin, environment }
        return { entry, facts: { label, serial } }
      },
      inventory: async () => [...tokens].flatMap(([name, path]) => objectsOf(name, path)).toSorted(),
      stop: () => Promise.resolve(),
    }
  },
}

/** What a plan that was killed left: copies of the tokens that it looked at. */
async function removeCopies(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(copyPrefix)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** A token that another simulator makes, and may take away and bring back: what that one's facts say of it. */
function tokenElsewhere({ token }: JsonObject): { label: string; serial: string; pin: string } | undefined {
  if (token === undefined) return undefined
  const schema = Type.Object({ label: Type.String(), serial: Type.String(), pin: Type.String() })
  if (Value.Check(schema, token)) return token
  throw new StepError('invalid', '`token` of a SoftHSM token is not what a simulated HSM says of one of its tokens')
}

function wantedLabel(wanted: JsonObject): string | undefined {
  const [other] = Object.keys(wanted).filter((key) => key !== 'label')
  if (other !== undefined) {
    throw new StepError('invalid', `a SoftHSM token has no \`${other}\``, {
      hint: 'give `label`, or `token` of a simulated HSM, or nothing',
    })
  }
  const { label } = wanted
  if (label === undefined) return undefined
  if (typeof label === 'string' && /^[!-~]([ -~]{0,30}[!-~])?$/.test(label)) return label
  throw new StepError('invalid', 'label of a SoftHSM token is 1 to 32 printable ASCII characters')
}
