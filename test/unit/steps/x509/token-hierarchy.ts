import { StepError } from '../../../../engine/step/errors.ts'
import type { Json } from '../../../../engine/step/json.ts'
import type { ChangingStepType } from '../../../../engine/step/step-type.ts'
import { prepareCrl } from '../../../../steps/x509/prepare-crl.ts'
import { prepareRoot } from '../../../../steps/x509/prepare-root.ts'
import { prepareSubordinate } from '../../../../steps/x509/prepare-subordinate.ts'
import { sign } from '../../../../steps/x509/sign.ts'
import { throwAwayRequest } from '../../../../steps/x509/throw-away-request.ts'
import { contextFor, memoryArtifacts } from '../../../contract/contract-context.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'

const day = 86_400_000

/** A time as runbooks write it, some days from now: certificate dates use the real clock. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * day).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** What a step that prepares bytes outputs. */
export interface Prepared {
  readonly tbs: string
  readonly tbsSha256: string
  readonly serial: string
  readonly description: string
}

/** Applies a step type as the engine does, without journal; gives the outputs of the look afterwards. */
export async function carryOut(
  type: ChangingStepType,
  inputs: object,
  target: unknown,
  artifacts = memoryArtifacts(),
): Promise<Record<string, Json>> {
  const effectId = '20261122-135012-k7m2q.abc234'
  const answer = await type.apply(inputs as never, contextFor(target, { effectId }, { artifacts }))
  const known = answer === undefined ? { effectId } : { effectId, answer }
  const seen = await type.check(inputs as never, contextFor(target, known, { artifacts }))
  if (seen.state === 'satisfied') return seen.outputs as Record<string, Json>
  throw new StepError('bug', `applied, then answered ${JSON.stringify(seen)}`)
}

export async function preparedRoot(token: Pkcs11Token, key: string, changes: object = {}): Promise<Prepared> {
  const inputs = { key, subject: 'C=US, O=Example Corp, CN=Example Root', notAfter: inDays(7300), ...changes }
  return (await carryOut(prepareRoot, inputs, token)) as unknown as Prepared
}

export async function preparedSubordinate(
  token: Pkcs11Token,
  key: string,
  issuer: string,
  changes: object = {},
): Promise<Prepared> {
  const inputs = {
    key,
    issuer,
    csr: await request(),
    notAfter: inDays(3650),
    pathLength: 0,
    notRevocable: true,
    ...changes,
  }
  return (await carryOut(prepareSubordinate, inputs, token)) as unknown as Prepared
}

export async function preparedCrl(
  token: Pkcs11Token,
  key: string,
  issuer: string,
  changes: object = {},
): Promise<Prepared> {
  const inputs = { key, issuer, number: 1, nextUpdate: inDays(365), ...changes }
  return (await carryOut(prepareCrl, inputs, token)) as unknown as Prepared
}

export async function request(subject = 'C=US, O=Example Corp, CN=Example Issuing CA'): Promise<string> {
  return textOf(await carryOut(throwAwayRequest, { subject }, undefined), 'csrPem')
}

/** PEM of what was prepared, signed. */
export async function signed(
  token: Pkcs11Token,
  key: string,
  { tbs, tbsSha256 }: Prepared,
  more: object = {},
): Promise<string> {
  const inputs = { key, kind: 'certificate', tbs, tbsSha256, ...more }
  return textOf(await carryOut(sign, inputs, token), 'pem')
}

function textOf(outputs: Record<string, Json>, name: string): string {
  const value = outputs[name]
  if (typeof value === 'string') return value
  throw new Error(`output ${name} is no text`)
}
