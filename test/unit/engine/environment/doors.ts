import { Type } from 'typebox'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'
import type { Environment } from '../../../../engine/document/environment.ts'
import { loadEnvironment } from '../../../../engine/document/load-environment.ts'
import { defineBindingKind } from '../../../../engine/step/binding-kind.ts'
import type { Capabilities } from '../../../../engine/step/capabilities.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import { secretReference } from '../../../../engine/step/schema.ts'
import { keptSecrets } from './kept-secrets.ts'

/** What happened at the doors: each try with the PIN, each opening and closing. */
export interface Porter {
  readonly log: string[]
  /** The PIN that doors accept. */
  pin: string
  /** Names of doors that cannot be closed. */
  readonly jammed: Set<string>
  /** How often a door asks for its PIN. */
  asks: number
}

/** A binding kind that wants a PIN, and an environment with doors of that kind. */
export async function openableDoors(porter: Porter, entries: string): Promise<Environment> {
  const door = defineBindingKind({
    name: 'door',
    summary: 'A door',
    provides: 'host',
    config: Type.Object(
      { device: Type.String(), pin: secretReference('PIN of the door') },
      { additionalProperties: false },
    ),
    claims: ({ device }) => `door ${device}`,
    async open({ device, pin }, context) {
      const attempt = (): Promise<void> =>
        context.login({ device, user: 'cu', reference: pin }, (secret) => {
          porter.log.push(`try ${device} ${secret.reveal()}`)
          if (secret.reveal() !== porter.pin) throw new StepError('authentication', 'PIN is wrong')
          return Promise.resolve()
        })
      for (let n = 1; n < porter.asks; n += 1) await attempt().catch(() => undefined)
      await attempt()
      porter.log.push(`open ${context.name}`)
      return {
        capability: {} as Capabilities['host'], // nobody looks behind the door
        facts: { device },
        verify: () => Promise.resolve(),
        close() {
          porter.log.push(`close ${context.name}`)
          return porter.jammed.has(context.name) ? Promise.reject(new Error('jammed')) : Promise.resolve()
        },
      }
    },
  })
  const { source } = keptSecrets(new Map([['right', 'right']]))
  const text = `environment: house\nformat: 1\nkind: test\nbindings:\n${entries}`
  const family = {
    name: 'door',
    summary: 'Doors',
    stepTypes: [],
    bindingKinds: [door],
    secretSources: [source],
    simulators: [],
  }
  const { environment, diagnostics } = await loadEnvironment(sourceFile('/house/site.yaml', text), [family])
  if (environment === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return environment
}
