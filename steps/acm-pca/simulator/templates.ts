import { ServiceError } from '../../aws/simulator/service.ts'
import { basicConstraints, extendedKeyUsage, keyUsage, type Extension } from '../../x509/model/extension.ts'
import { extendedKeyUsageOids } from '../../x509/model/oids.ts'

/** What a template puts into a certificate, before key identifiers and addresses, and what it lets others add. */
export interface Template {
  /** Fixed extensions. */
  readonly extensions: readonly Extension[]
  /** Path length of the CA that it makes; `undefined` for end entities, `Infinity` for a root. */
  readonly authorityPathLength: number | undefined
  readonly selfSigned: boolean
  /** Whether extensions of the CSR are taken. */
  readonly csrPassthrough: boolean
  /** Whether ApiPassthrough is taken. */
  readonly apiPassthrough: boolean
}

const caUsage = keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign'])
const tlsUsage = keyUsage(['digitalSignature', 'keyEncipherment'])
const signUsage = keyUsage(['digitalSignature'])
const endEntity = basicConstraints({ ca: false }, false)
const criticalEndEntity = basicConstraints({ ca: false })
const { serverAuth, clientAuth, codeSigning, ocspSigning } = extendedKeyUsageOids

type Base = Pick<Template, 'extensions' | 'authorityPathLength'> & {
  readonly selfSigned?: true
  /** Variants there are besides `''`; a blank template has no plain one. */
  readonly variants: readonly string[]
}

const everyVariant = ['', 'CSRPassthrough', 'APIPassthrough', 'APICSRPassthrough']
const passthroughOnly = ['CSRPassthrough', 'APIPassthrough', 'APICSRPassthrough']
const leaf = { authorityPathLength: undefined, variants: everyVariant }

const bases: Readonly<Record<string, Base>> = {
  EndEntityCertificate: { ...leaf, extensions: [endEntity, tlsUsage, extendedKeyUsage([serverAuth, clientAuth])] },
  EndEntityClientAuthCertificate: { ...leaf, extensions: [endEntity, tlsUsage, extendedKeyUsage([clientAuth])] },
  EndEntityServerAuthCertificate: { ...leaf, extensions: [endEntity, tlsUsage, extendedKeyUsage([serverAuth])] },
  CodeSigningCertificate: { ...leaf, extensions: [endEntity, signUsage, extendedKeyUsage([codeSigning], true)] },
  OCSPSigningCertificate: { ...leaf, extensions: [endEntity, signUsage, extendedKeyUsage([ocspSigning], true)] },
  RootCACertificate: {
    extensions: [basicConstraints({ ca: true }), caUsage],
    authorityPathLength: Number.POSITIVE_INFINITY,
    selfSigned: true,
    variants: ['', 'APIPassthrough'],
  },
  BlankEndEntityCertificate: { extensions: [endEntity], authorityPathLength: undefined, variants: passthroughOnly },
  BlankEndEntityCertificate_CriticalBasicConstraints: {
    extensions: [criticalEndEntity],
    authorityPathLength: undefined,
    variants: passthroughOnly,
  },
  ...Object.fromEntries(
    [0, 1, 2, 3].flatMap((pathLength): [string, Base][] => {
      const constraints = basicConstraints({ ca: true, pathLength })
      return [
        [
          `SubordinateCACertificate_PathLen${pathLength}`,
          { extensions: [constraints, caUsage], authorityPathLength: pathLength, variants: everyVariant },
        ],
        [
          `BlankSubordinateCACertificate_PathLen${pathLength}`,
          { extensions: [constraints], authorityPathLength: pathLength, variants: passthroughOnly },
        ],
      ]
    }),
  ),
}

/**
 * Finds a template by its ARN.
 *
 * @param arn absent: the default, `EndEntityCertificate/V1`
 * @throws {ServiceError} `InvalidArnException` when it is no template of this partition
 */
export function templateOf(arn: string | undefined, partition: string): { arn: string; template: Template } {
  const full = arn ?? `arn:${partition}:acm-pca:::template/EndEntityCertificate/V1`
  const [, found, name = ''] = /^arn:([^:]+):acm-pca:::template\/([A-Za-z0-9_]+)\/V1$/.exec(full) ?? []
  const [, plain = name, variant = ''] = /^(.*)_((?:API|CSR|APICSR)Passthrough)$/.exec(name) ?? []
  const base = bases[plain]
  if (found !== partition || base === undefined || !base.variants.includes(variant))
    throw new ServiceError('InvalidArnException', `${full} is not a valid template ARN`)
  return {
    arn: full,
    template: {
      extensions: base.extensions,
      authorityPathLength: base.authorityPathLength,
      selfSigned: base.selfSigned === true,
      csrPassthrough: variant === 'CSRPassthrough' || variant === 'APICSRPassthrough',
      apiPassthrough: variant === 'APIPassthrough' || variant === 'APICSRPassthrough',
    },
  }
}
