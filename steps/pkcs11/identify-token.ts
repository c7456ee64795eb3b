import { Type } from 'typebox'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asPkcs11Token } from './token/token.ts'

const outputs = Type.Object(
  {
    label: Type.String({ description: 'Label of the token' }),
    serial: Type.String({ description: 'Serial number of the token' }),
    manufacturer: Type.String({ description: 'Manufacturer, as the token says' }),
    model: Type.String({ description: 'Model, as the token says' }),
    hardwareVersion: Type.String({ description: 'Hardware version' }),
    firmwareVersion: Type.String({ description: 'Firmware version' }),
    modulePath: Type.String({ description: 'The PKCS#11 library that was used' }),
    moduleSha256: sha256Hex("SHA-256 of that library's file"),
  },
  { additionalProperties: false },
)

/** Reads what a token says it is. */
export const identifyToken = defineStep({
  name: 'pkcs11.identify-token',
  summary: 'Reads serial number, model, firmware and library of a token, for the record',
  version: 1,
  inputs: Type.Object({}, { additionalProperties: false }),
  outputs,
  target: 'token',
  permissions: ['C_GetTokenInfo'],
  examples: [
    {
      title: 'The token that holds the root key',
      yaml: `
id: token
title: Record the token
uses: pkcs11.identify-token
target: rootToken
`,
    },
  ],
  effect: 'read',
  async check(_, { target, signal }) {
    const token = asPkcs11Token(target)
    await token.verify(signal)
    return { state: 'satisfied', outputs: { ...token.identity } }
  },
})
