import { StepError } from '../../../../engine/step/errors.ts'
import { defineSecretSource, type SecretSource } from '../../../../engine/step/secret-source.ts'

/** A secret source in memory behind any `host`, with what each effect stored there. */
export function keptSecrets(values: Map<string, string>): {
  readonly source: SecretSource<'host'>
  readonly madeBy: Map<string, string>
} {
  const madeBy = new Map<string, string>()
  const source = defineSecretSource({
    scheme: 'kept',
    summary: 'Secrets in memory',
    through: 'host',
    form: 'kept:BINDING/NAME',
    names: '^[a-z]+$',
    fetch(name, _target, { what }) {
      const value = values.get(name)
      return value === undefined
        ? Promise.reject(new StepError('not-found', `${what}: \`${name}\` is not kept`))
        : Promise.resolve(value)
    },
    store: {
      async read(name, _target, { what, effectId }) {
        if (values.has(name) && madeBy.get(name) !== effectId) throw new StepError('conflict', `${what}: taken`)
        return values.get(name)
      },
      async create(name, value, _target, { effectId }) {
        values.set(name, value)
        madeBy.set(name, effectId)
      },
    },
  })
  return { source, madeBy }
}
