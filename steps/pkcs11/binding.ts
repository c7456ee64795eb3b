import { type Static, Type } from 'typebox'
import { defineBindingKind, type OpenBinding, type OpenContext } from '../../engine/step/binding-kind.ts'
import type { Token } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { secretReference } from '../../engine/step/schema.ts'
import { faultFolderOf } from './fault-folder.ts'
import { environmentForLooking, type LibraryEnvironment } from './look-at-copy.ts'
import { requireSandboxModule, requireSandboxToken } from './sandbox-only.ts'
import { openModule, type Pkcs11Module } from './token/module.ts'
import type { TokenSelection } from './token/select.ts'
import { openToken, type Pkcs11Token } from './token/token.ts'
import { parseUri, tokenSelection } from './token/uri.ts'

const config = Type.Object(
  {
    uri: Type.String({
      description: 'The token, by `token` (its label), `serial` or both, as an RFC 7512 URI. Slots are never used',
      pattern: '^pkcs11:',
      'x-runbook-wants': 'a PKCS#11 URI such as `pkcs11:token=root-hsm`',
    }),
    module: Type.String({
      description: "Absolute path of the HSM's PKCS#11 library",
      pattern: '^/',
      'x-runbook-wants': 'an absolute path',
    }),
    expectSerial: Type.Optional(
      Type.String({
        description: 'Serial number that the token must have, so that another one of that label is refused',
      }),
    ),
    pin: secretReference(
      'PIN of the crypto user; for AWS CloudHSM `USER:PASSWORD`. A refused one is never tried again by itself',
    ),
    environment: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'Variables that the library reads, such as `SOFTHSM2_CONF`. All bindings of one library share them',
      }),
    ),
  },
  { additionalProperties: false },
)

type Config = Static<typeof config>

/** A PKCS#11 token, opened by label or serial number and logged in to as a crypto user. */
export const pkcs11TokenBinding = defineBindingKind({
  name: 'pkcs11-token',
  summary: 'A token of an HSM, chosen by label or serial number and logged in to through PKCS#11',
  provides: 'token',
  config,
  claims,
  open,
})

function claims({ uri, module, expectSerial }: Config): string {
  const { label, serial = expectSerial } = selection(uri)
  const name = label === undefined ? '' : ` ${label}`
  return `PKCS#11 token${name}${serial === undefined ? '' : ` serial ${serial}`} of ${module}`
}

function selection(uri: string): TokenSelection {
  const parsed = parseUri(uri)
  const [other] = Object.keys(parsed.query)
  if (other === undefined) return tokenSelection(parsed)
  throw new StepError('invalid', `PKCS#11 URI of a binding has \`${other}\`, wanted nothing after \`?\``, {
    hint: 'give library and PIN as `module` and `pin`',
  })
}

async function open(entry: Config, context: OpenContext): Promise<OpenBinding<Token>> {
  const wanted = selection(entry.uri)
  const { faults, environment } = await faultFolderOf(entry.environment ?? {}, context)
  if (context.sandbox) await requireSandboxModule(environment, context)
  // a plan leaves a sandbox byte for byte as it is, and SoftHSM counts logins
  const looking = context.sandbox && context.runId === undefined
  const library = looking ? await environmentForLooking(environment) : asItIs(environment)
  try {
    const module = await openModule({
      path: entry.module,
      environment: library.variables,
      faults: looking ? undefined : faults,
    })
    const opened = await openIn(module, wanted, entry, context)
    const close = async (): Promise<void> => {
      try {
        await opened.close()
      } finally {
        await library.release()
      }
    }
    return { ...opened, close }
  } catch (error) {
    await library.release()
    throw error
  }
}

function asItIs(variables: Readonly<Record<string, string>>): LibraryEnvironment {
  return { variables, release: () => Promise.resolve() }
}

async function openIn(
  module: Pkcs11Module,
  wanted: TokenSelection,
  entry: Config,
  context: OpenContext,
): Promise<OpenBinding<Token>> {
  try {
    const token = await openToken(module, wanted, context.signal)
    try {
      return await logIn(entry, context, module, token)
    } catch (error) {
      await token.close()
      throw error
    }
  } catch (error) {
    await module.close()
    throw error
  }
}

async function logIn(
  entry: Config,
  context: OpenContext,
  module: Pkcs11Module,
  token: Pkcs11Token,
): Promise<OpenBinding<Token>> {
  const { identity } = token
  requireSerial(entry, context, token)
  if (context.sandbox) requireSandboxToken(identity, context)
  const credential = { device: `token serial ${identity.serial}`, user: 'user', reference: entry.pin }
  await context.login(credential, (pin) => token.login(pin, context.signal))
  return {
    capability: token,
    facts: { ...identity },
    verify: () => token.verify(context.signal),
    close: async () => {
      try {
        await token.close()
      } finally {
        await module.close()
      }
    },
  }
}

function requireSerial({ expectSerial }: Config, context: OpenContext, { identity }: Pkcs11Token): void {
  if (expectSerial === undefined || expectSerial === identity.serial) return
  throw new StepError(
    'conflict',
    `binding \`${context.name}\` wants token serial \`${expectSerial}\`, but token \`${identity.label}\` has serial \`${identity.serial}\``,
    { hint: 'find out why another token answers to that label before anything else' },
  )
}
