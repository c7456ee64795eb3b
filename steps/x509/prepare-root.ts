import { Type } from 'typebox'
import { defineStep } from '../../engine/step/step-type.ts'
import {
  dateOf,
  dateOrNow,
  distinguishedName,
  notAfterInput,
  notBeforeInput,
  requireFuture,
  signingKey,
} from './inputs.ts'
import { lintBeforeIssuance } from './model/lint/before-issuance.ts'
import { parseName } from './model/name.ts'
import { rootTbs } from './model/root.ts'
import { serialFrom } from './model/serial.ts'
import { dateText } from './model/time.ts'
import { prepared, preparedBefore, preparedCertificate, type PreparedCertificate } from './prepared.ts'

const inputs = Type.Object(
  {
    key: signingKey,
    subject: distinguishedName,
    notBefore: notBeforeInput,
    notAfter: notAfterInput,
    pathLength: Type.Optional(
      Type.Integer({
        description:
          'How many CAs may stand between the root and an end entity. Absent: any number, as is usual in a root',
        minimum: 0,
      }),
    ),
  },
  { additionalProperties: false },
)

/** Fixes the bytes of a self-signed root certificate before anybody approves or signs them. */
export const prepareRoot = defineStep({
  name: 'x509.prepare-root',
  summary: 'Prepares the exact bytes of a self-signed root certificate, with a serial number from the token',
  version: 1,
  inputs,
  outputs: preparedCertificate,
  target: 'token',
  permissions: ['C_GenerateRandom', 'C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: 'A root for twenty years',
      yaml: `
id: rootTbs
title: Prepare the root certificate
uses: x509.prepare-root
target: rootToken
with:
  key: 0a1b2c3d
  subject: C=US, O=Example Corp, CN=Example Root
  notAfter: 2046-01-01T00:00:00Z
`,
    },
  ],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  check: async (_, context) => preparedBefore<PreparedCertificate>(context),
  async apply({ key, subject, notBefore: from, notAfter: until, pathLength }, { target, signal }) {
    const notBefore = dateOrNow(from, '`notBefore`')
    const notAfter = dateOf(until, '`notAfter`')
    requireFuture(notAfter, '`notAfter`')
    const { publicKeySpki, algorithm: signatureAlgorithm } = await target.signer(key, signal)
    const serial = serialFrom(await target.random(16, signal))
    const fields = { subject: parseName(subject), publicKeySpki, serial, notBefore, notAfter, signatureAlgorithm }
    const tbs = rootTbs({ ...fields, pathLength })
    const common = prepared(tbs, await lintBeforeIssuance(tbs, 'root'))
    return { ...common, serial, notBefore: dateText(notBefore), notAfter: dateText(notAfter) }
  },
  undo: 'nothing',
})
