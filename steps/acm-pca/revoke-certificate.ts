import { Type } from 'typebox'
import { defineStep } from '../../engine/step/step-type.ts'
import { requireRunning } from '../aws/ask.ts'
import { revoke } from './revoke.ts'
import { authorityArn } from './schemas.ts'

/**
 * Revokes one certificate.
 *
 * No call of AWS Private CA tells whether a certificate is revoked (a CRL does, half an hour later), so `check` cannot see
 * and the request is sent: the service refuses the second one, and that is an answer too.
 */
export const revokeCertificate = defineStep({
  name: 'acm-pca.revoke-certificate',
  summary: 'Revokes a certificate that a CA of AWS Private CA issued',
  version: 1,
  inputs: Type.Object(
    {
      caArn: authorityArn,
      serialHex: Type.String({
        description: 'Serial number, hex, with or without colons',
        pattern: '^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2})*$',
      }),
      reason: Type.Union(
        [
          Type.Literal('UNSPECIFIED'),
          Type.Literal('KEY_COMPROMISE'),
          Type.Literal('CERTIFICATE_AUTHORITY_COMPROMISE'),
          Type.Literal('AFFILIATION_CHANGED'),
          Type.Literal('SUPERSEDED'),
          Type.Literal('CESSATION_OF_OPERATION'),
          Type.Literal('PRIVILEGE_WITHDRAWN'),
          Type.Literal('A_A_COMPROMISE'),
        ],
        { description: 'Why, as CRL and audit report will say' },
      ),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      serialHex: Type.String({ description: 'Serial number as given' }),
      revokedBefore: Type.Boolean({ description: 'True when the service said that it was revoked already' }),
    },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['acm-pca:RevokeCertificate'],
  examples: [
    {
      title: 'Take a test certificate back',
      yaml: `id: revokeTest
uses: acm-pca.revoke-certificate
target: aws
with:
  caArn: arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/11111111-2222-4333-8444-555555555555
  serialHex: 4fa6c1d2e3f4a5b6c7d8e9f0a1b2c3d4
  reason: CESSATION_OF_OPERATION
`,
    },
  ],
  notRehearsed: ['when the CRL that names the certificate reaches its readers'],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,

  async check({ serialHex }, { answer, signal }) {
    requireRunning(signal, 'AWS Private CA')
    if (typeof answer !== 'object' || answer === null || !('revokedBefore' in answer))
      return { state: 'unknowable', why: 'AWS Private CA does not tell whether a certificate is revoked' }
    return { state: 'satisfied', outputs: { serialHex, revokedBefore: answer.revokedBefore === true } }
  },

  async apply({ caArn, serialHex, reason }, context) {
    return { revokedBefore: !(await revoke(context, caArn, serialHex, reason)) }
  },

  undo: 'impossible',
})
