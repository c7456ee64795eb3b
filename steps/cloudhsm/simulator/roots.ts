import { createPrivateKey, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { readJson, writeDurably } from '../../aws/simulator/durable-file.ts'
import { assemble } from '../../x509/model/assemble.ts'
import { certificatePem } from '../../x509/model/certificate.ts'
import { parseName } from '../../x509/model/name.ts'
import { rootTbs } from '../../x509/model/root.ts'
import { serialFrom } from '../../x509/model/serial.ts'
import { signLocally } from '../../x509/model/signature.ts'
import { hardwareAlgorithm, makeKey } from './make-key.ts'

const root = Type.Object({ privateKeyPem: Type.String(), certificatePem: Type.String() })
const schema = Type.Object({ aws: root, manufacturer: root })

/** One of the two roots that HSMs are vouched for by. */
export interface HardwareRoot extends Readonly<Static<typeof root>> {}

/** Years that certificates of hardware are valid for. */
export const hardwareYears = 20

/**
 * The roots of a sandbox in the place of AWS_CloudHSM_Root-G1 and of the manufacturer's: made on first use, kept in the service's
 * folder.
 *
 * @param realNow certificates know no other clock
 */
export function rootsIn(folder: string, realNow: number): Readonly<Record<'aws' | 'manufacturer', HardwareRoot>> {
  const path = join(folder, 'roots.json')
  const stored = readJson(path)
  if (stored !== undefined) return Value.Parse(schema, stored)
  const made = {
    aws: makeRoot('C=US, ST=Virginia, L=Herndon, O=Amazon.com\\, Inc., CN=Sandbox of AWS_CloudHSM_Root-G1', realNow),
    manufacturer: makeRoot(
      'C=US, ST=California, L=San Jose, O=Sandbox of the HSM manufacturer, CN=liquid_security',
      realNow,
    ),
  }
  writeDurably(path, JSON.stringify(made, undefined, 1))
  return made
}

/** Date in so many years. */
export function yearsFrom(now: number, years: number): Date {
  const date = new Date(now)
  date.setUTCFullYear(date.getUTCFullYear() + years)
  return date
}

function makeRoot(name: string, realNow: number): HardwareRoot {
  const { privateKeyPem, spki } = makeKey('hardware')
  const tbs = rootTbs({
    subject: parseName(name),
    publicKeySpki: spki,
    serial: serialFrom(randomBytes(16)),
    notBefore: yearsFrom(realNow, -1),
    notAfter: yearsFrom(realNow, hardwareYears),
    signatureAlgorithm: hardwareAlgorithm,
  })
  const signature = signLocally(createPrivateKey(privateKeyPem), hardwareAlgorithm, tbs)
  return { privateKeyPem, certificatePem: certificatePem(assemble(tbs, hardwareAlgorithm, signature)) }
}
