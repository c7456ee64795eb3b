import { stat } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { resolve } from 'node:path'
import { Type } from 'typebox'
import { defineBindingKind } from '../../engine/step/binding-kind.ts'
import { StepError } from '../../engine/step/errors.ts'
import { localHost } from './local-host.ts'
import { programEnvironment } from '../../engine/step/programs.ts'

const config = Type.Object(
  {
    transport: Type.Literal('local', {
      description: 'How programs are reached: `local` is the machine runbook runs on',
    }),
    folder: Type.Optional(
      Type.String({
        description:
          'Where programs start: absolute, or relative to the environment file, whose folder is the standard',
        minLength: 1,
      }),
    ),
  },
  { additionalProperties: false },
)

/** A machine on which programs run. */
export const hostBinding = defineBindingKind({
  name: 'host',
  summary: 'A machine on which programs run',
  provides: 'host',
  config,
  claims: ({ folder }) => `this machine${folder === undefined ? '' : `, folder ${folder}`}`,
  async open(entry, { name, baseFolder, sandbox }) {
    if (sandbox && entry.folder === undefined)
      throw new StepError('invalid', `binding \`${name}\`: a sandbox needs a \`folder\`, which is HOME there too`)
    const folder = resolve(baseFolder, entry.folder ?? '.')
    if (!(await isFolder(folder)))
      throw new StepError('not-found', `binding \`${name}\`: there is no folder \`${folder}\``, {
        hint: `mkdir -p ${folder}`,
      })
    const machine = hostname()
    return {
      capability: localHost(machine, {
        folder,
        environment: programEnvironment(process.env, sandbox ? folder : undefined),
      }),
      facts: { host: machine, user: userInfo().username, platform: `${process.platform} ${process.arch}`, folder },
      async verify() {
        if (hostname() !== machine)
          throw new StepError('conflict', `binding \`${name}\` was opened on \`${machine}\`, found \`${hostname()}\``)
        if (!(await isFolder(folder)))
          throw new StepError('not-found', `binding \`${name}\`: folder \`${folder}\` is gone`)
      },
      close: () => Promise.resolve(),
    }
  },
})

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
