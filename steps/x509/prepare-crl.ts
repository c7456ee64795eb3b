import { type Static, Type } from 'typebox'
import { dateTime, pemText } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { dateOf, dateOrNow, requireFuture, requireIssuerKey, signingKey } from './inputs.ts'
import { type Certificate, parseCertificate } from './model/certificate.ts'
import { type CertificateList, parseCertificateList } from './model/certificate-list.ts'
import { crlTbs } from './model/crl.ts'
import { invalid } from './model/invalid.ts'
import { lintListAgainstIssuer } from './model/lint/against-issuer.ts'
import { lintCrlBeforeIssuance } from './model/lint/before-issuance.ts'
import { dateText } from './model/time.ts'
import { revocationReasons, type RevocationReason } from './model/usages.ts'
import { prepared, preparedBefore, preparedOutputs, refuseErrors } from './prepared.ts'

// the keys of the table are its names
const reasons = Object.keys(revocationReasons) as RevocationReason[]

const inputs = Type.Object(
  {
    key: signingKey,
    issuer: pemText("The issuer's certificate, whose key must be `key`"),
    number: Type.Integer({
      description: 'CRL number: higher than that of every CRL of this issuer before',
      minimum: 1,
    }),
    thisUpdate: Type.Optional(
      dateTime(
        'When the CRL is made. Absent: the time at which the bytes are prepared, by the real clock also in a rehearsal',
      ),
    ),
    nextUpdate: dateTime("When the next CRL is due: until then the issuer's key need not be brought online"),
    revoked: Type.Optional(
      Type.Array(
        Type.Object(
          {
            serial: Type.String({ description: 'Serial number, hex', pattern: '^[0-9a-fA-F:]+$' }),
            revokedAt: dateTime('When it was revoked'),
            reason: Type.Optional(Type.Enum([...reasons], { description: 'Why' })),
          },
          { additionalProperties: false },
        ),
        {
          description: 'Certificates of this issuer that are revoked, and that `previous` does not list. Absent: none',
        },
      ),
    ),
    previous: Type.Optional(
      pemText(
        'The CRL before, signed by the issuer: its number must be lower, and whatever it revokes stays revoked. Absent: there was none',
      ),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    ...preparedOutputs,
    number: Type.Integer({ description: 'CRL number' }),
    thisUpdate: dateTime('When the CRL is made'),
    nextUpdate: dateTime('When the next one is due'),
  },
  { additionalProperties: false },
)

type Outputs = Static<typeof outputs>

/** Fixes the bytes of a CRL before anybody approves or signs them. */
export const prepareCrl = defineStep({
  name: 'x509.prepare-crl',
  summary: 'Prepares the exact bytes of a certificate revocation list',
  version: 1,
  inputs,
  outputs,
  target: 'token',
  permissions: ['C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: "The root's first CRL, which revokes nothing",
      yaml: `
id: crlTbs
title: Prepare the root's first CRL
uses: x509.prepare-crl
target: rootToken
with:
  key: 0a1b2c3d
  issuer: |
    -----BEGIN CERTIFICATE-----
    …
  number: 1
  nextUpdate: 2027-12-01T00:00:00Z
`,
    },
  ],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  check: async (_, context) => preparedBefore<Outputs>(context),
  async apply(wanted, { target, signal }) {
    const { key, number } = wanted
    const issuer = parseCertificate(wanted.issuer)
    const thisUpdate = dateOrNow(wanted.thisUpdate, '`thisUpdate`')
    const nextUpdate = dateOf(wanted.nextUpdate, '`nextUpdate`')
    requireFuture(nextUpdate, '`nextUpdate`')
    const signer = await target.signer(key, signal)
    requireIssuerKey(signer, key, issuer)
    const before = wanted.previous === undefined ? undefined : previousOf(wanted.previous, issuer, number)
    const revoked = (wanted.revoked ?? []).map(({ serial, revokedAt, reason }) => ({
      serial,
      revokedAt: dateOf(revokedAt, `\`revokedAt\` of \`${serial}\``),
      reason,
    }))
    const tbs = crlTbs({
      issuer,
      signatureAlgorithm: signer.algorithm,
      thisUpdate,
      nextUpdate,
      crlNumber: number,
      revoked: [...(before?.entries.map(revokedBefore) ?? []), ...revoked],
    })
    const common = prepared(tbs, await lintCrlBeforeIssuance(tbs, issuer))
    return { ...common, number, thisUpdate: dateText(thisUpdate), nextUpdate: dateText(nextUpdate) }
  },
  undo: 'nothing',
})

/** @throws {StepError} `invalid` unless it is a CRL of the issuer with a lower number */
function previousOf(pem: string, issuer: Certificate, number: number): CertificateList {
  const before = parseCertificateList(pem)
  refuseErrors(lintListAgainstIssuer(before, issuer), 'the CRL before')
  const last = before.decoded.crlNumber ?? 0n
  if (BigInt(number) > last) return before
  throw invalid(`CRL number \`${number}\` is not above that of the CRL before, \`${last}\``)
}

/** What was revoked stays so, for the same reason and from the same moment on. @throws {StepError} `invalid` for a reason without a name */
function revokedBefore({ serialHex, revokedAt, reasonCode }: CertificateList['entries'][number]) {
  const reason = reasons.find((name) => revocationReasons[name] === reasonCode)
  if (reasonCode !== undefined && reason === undefined)
    throw invalid(`the CRL before revokes \`${serialHex}\` for reason code ${reasonCode}, which has no name here`)
  return { serial: serialHex, revokedAt, reason }
}
