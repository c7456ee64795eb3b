import { afterAll, beforeAll } from 'vitest'
import type { Artifacts } from '../../engine/step/context.ts'
import type { JsonObject } from '../../engine/step/json.ts'
import type { Pkcs11Token } from '../../steps/pkcs11/token/token.ts'
import { prepareClusterCertificate } from '../../steps/x509/prepare-cluster-certificate.ts'
import { prepareCrl } from '../../steps/x509/prepare-crl.ts'
import { prepareRoot } from '../../steps/x509/prepare-root.ts'
import { prepareSubordinate } from '../../steps/x509/prepare-subordinate.ts'
import { readCertificate } from '../../steps/x509/read-certificate.ts'
import { readCrl } from '../../steps/x509/read-crl.ts'
import { sign } from '../../steps/x509/sign.ts'
import { throwAwayRequest } from '../../steps/x509/throw-away-request.ts'
import { verifyChain } from '../../steps/x509/verify-chain.ts'
import { addKey } from '../unit/steps/pkcs11/keys.ts'
import { SandboxTokens } from '../unit/steps/pkcs11/sandbox-tokens.ts'
import {
  inDays,
  preparedCrl,
  preparedRoot,
  preparedSubordinate,
  type Prepared,
  request,
  signed,
} from '../unit/steps/x509/token-hierarchy.ts'
import { type ContractWorld, stepContract } from './step-contract.ts'

const tokens = new SandboxTokens()
const key = 'e1'
const subject = 'C=US, O=Example Corp, CN=Example Root'
const made: { sub?: string; token?: Pkcs11Token; tbs?: Prepared; root?: string; crl?: string; csr?: string } = {}

beforeAll(async () => {
  const token = await tokens.open('root')
  await addKey(token, { keyId: key })
  const tbs = await preparedRoot(token, key)
  const root = await signed(token, key, tbs)
  const crl = await signed(token, key, await preparedCrl(token, key, root), { kind: 'crl', issuer: root })
  const sub = await signed(token, key, await preparedSubordinate(token, key, root), { issuer: root })
  Object.assign(made, { sub, token, tbs, root, crl, csr: await request() })
})

afterAll(() => tokens[Symbol.asyncDispose]())

/** What these step types do leaves nothing in the token, so all share one. */
function world(inputs: () => object, target: 'token' | 'none' = 'token') {
  return async (): Promise<ContractWorld> => ({
    ...(target === 'token' ? { target: made.token } : {}),
    inputs: inputs() as JsonObject,
    fingerprint: () => Promise.resolve(tokens.fingerprint()),
    secrets: [tokens.pin('root')],
    close: () => Promise.resolve(),
  })
}

/** The suite looks without the artifacts that it applied with; the engine has them always. */
function withItsArtifacts(type: typeof sign): typeof sign {
  let artifacts: Artifacts | undefined
  return {
    ...type,
    check: (inputs, context) =>
      type.check(inputs, context.effectId === undefined || !artifacts ? context : { ...context, artifacts }),
    apply: (inputs, context) => type.apply(inputs, { ...context, artifacts: (artifacts = context.artifacts) }),
  }
}

/** What is prepared and signed is known to its run alone. */
const inTheRun = { seenByOthers: false }

stepContract(
  prepareRoot,
  world(() => ({ key, subject, notAfter: inDays(900) })),
  inTheRun,
)
stepContract(
  prepareSubordinate,
  world(() => ({ key, issuer: made.root, csr: made.csr, notAfter: inDays(90), pathLength: 0, notRevocable: true })),
  inTheRun,
)
stepContract(
  prepareClusterCertificate,
  world(() => ({ key, issuer: made.root, csr: made.csr, notAfter: inDays(90), trustAnchorKeys: ['ec-p256'] })),
  inTheRun,
)
stepContract(
  prepareCrl,
  world(() => ({ key, issuer: made.root, number: 1, nextUpdate: inDays(90) })),
  inTheRun,
)
stepContract(
  withItsArtifacts(sign),
  world(() => ({ key, kind: 'certificate', tbs: made.tbs?.tbs, tbsSha256: made.tbs?.tbsSha256 })),
  inTheRun,
)
stepContract(
  throwAwayRequest,
  world(() => ({ subject: 'CN=test.example.com' }), 'none'),
  inTheRun,
)
stepContract(
  readCertificate,
  world(() => ({ certificate: made.root }), 'none'),
)
stepContract(
  readCrl,
  world(() => ({ crl: made.crl, issuer: made.root }), 'none'),
)
stepContract(
  verifyChain,
  world(() => ({ certificate: made.sub, chain: [made.root] }), 'none'),
)
