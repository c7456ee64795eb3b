import { execFileSync } from 'node:child_process'
import { assemble } from '../../steps/x509/model/assemble.ts'
import { certificateTbs } from '../../steps/x509/model/certificate-tbs.ts'
import { parseName } from '../../steps/x509/model/name.ts'
import { serialFrom } from '../../steps/x509/model/serial.ts'
import { library, never, SoftTokens, userPin } from '../unit/steps/pkcs11/token/soft-token.ts'
import { median, type Ratio } from './bench.ts'

const signatures = 1200
const sessions = 3 // as many as the token adapter keeps busy by default

/** Certificates per second from a token key, several sessions, against raw `C_SignAsync` on the same token. */
export async function certificates(): Promise<Ratio> {
  await using tokens = new SoftTokens('bench')
  const token = await tokens.open('bench')
  const keyId = '0102'
  await token.generateKeyPair(
    { label: 'bench', keyId, algorithm: 'rsa-2048', purpose: 'sign', extractable: false },
    never,
  )
  const raw: number[] = []
  const ours: number[] = []
  for (let round = 0; round < 5; round += 1) {
    raw.push(rawRate(tokens, keyId))
    ours.push(await certificateRate(await token.signer(keyId, never)))
  }
  return {
    name: `certificates per second from an RSA-2048 token key, against raw C_SignAsync over ${sessions} sessions`,
    ratio: median(ours) / median(raw),
    goal: 'at least 0.9',
    measured: `${median(ours).toFixed(0)} certificates/s`,
    limit: `${median(raw).toFixed(0)} signatures/s`,
  }
}

async function certificateRate(signer: {
  readonly publicKeySpki: Uint8Array
  sign(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
}): Promise<number> {
  const issuerName = parseName('CN=Bench CA')
  let left = signatures
  const issue = async (): Promise<void> => {
    while (left-- > 0) {
      const tbs = certificateTbs({
        version: 3,
        serial: serialFrom(crypto.getRandomValues(new Uint8Array(16))),
        signatureAlgorithm: 'rsa-pkcs1-sha256',
        issuer: issuerName,
        subject: issuerName,
        notBefore: new Date('2026-01-01T00:00:00Z'),
        notAfter: new Date('2027-01-01T00:00:00Z'),
        publicKeySpki: signer.publicKeySpki,
        extensions: [],
      })
      assemble(tbs, 'rsa-pkcs1-sha256', await signer.sign(tbs, never))
    }
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: sessions * 4 }, issue))
  return signatures / ((performance.now() - begun) / 1000)
}

function rawRate(tokens: SoftTokens, keyId: string): number {
  const script = new URL('./raw-sign.mjs', import.meta.url).pathname
  return Number(
    execFileSync('node', [script, library, 'bench', userPin, keyId, String(sessions), String(signatures)], {
      env: { ...process.env, ...tokens.environment },
      encoding: 'utf8',
    }),
  )
}
