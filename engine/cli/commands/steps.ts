import { suggest } from '../../diagnostics/suggest.ts'
import { schemaFields } from '../../render/schema-fields.ts'
import { renderBindingKind, renderStepList, renderStepType } from '../../render/render-step-type.ts'
import type { Family } from '../../step/family.ts'
import type { StepType } from '../../step/step-type.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { optionalOperand } from '../operands.ts'
import { printResult } from '../print-result.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook steps`: the step types there are, and what each wants. */
export const steps: Command = {
  name: 'steps',
  summary: 'lists step types and binding kinds; shows one, or those of a family',
  operands: '[NAME]',
  example: 'runbook steps pkcs11.generate-key-pair',
  options: [],
  async run(args, { stdout, described }) {
    const name = optionalOperand(args)
    const all = await described()
    if (args.flag('json')) {
      const chosen = all
        .flatMap(({ stepTypes }) => stepTypes)
        .filter((type) => name === undefined || type.name === name)
      if (chosen.length === 0 && name !== undefined) throw unknownName(name, all)
      printResult(stdout, exitCodes.done, { steps: chosen.map(stepTypeJson) })
    } else stdout.write(pageOf(name, all, stdout.paint))
    return exitCodes.done
  },
}

function pageOf(name: string | undefined, all: readonly Family[], paint: Parameters<typeof renderStepList>[1]): string {
  if (name === undefined) return renderStepList(all, paint)
  for (const family of all) {
    const type = family.stepTypes.find((each) => each.name === name)
    if (type !== undefined) return renderStepType(type, paint)
    const kind = family.bindingKinds.find((each) => each.name === name)
    if (kind !== undefined) return renderBindingKind(kind, paint)
  }
  const family = all.find((each) => each.name === name)
  if (family !== undefined) return renderStepList([family], paint)
  throw unknownName(name, all)
}

function unknownName(name: string, all: readonly Family[]): UsageError {
  const names = all.flatMap((family) => [
    family.name,
    ...family.stepTypes.map((type) => type.name),
    ...family.bindingKinds.map((kind) => kind.name),
  ])
  return new UsageError(
    `there is no step type \`${name}\``,
    suggest(name, names).hint ?? '`runbook steps` lists all of them',
  )
}

function stepTypeJson({
  name,
  summary,
  version,
  effect,
  target,
  permissions,
  inputs,
  outputs,
  examples,
}: StepType): object {
  return {
    name,
    summary,
    version,
    effect,
    target: target ?? null,
    permissions,
    inputs: schemaFields(inputs),
    outputs: schemaFields(outputs),
    examples,
  }
}
