import { sourceFile } from '../../../engine/diagnostics/source-file.ts'
import { loadRunbook } from '../../../engine/document/load-runbook.ts'
import type { Runbook } from '../../../engine/document/runbook.ts'
import type { Family } from '../../../engine/step/family.ts'
import { toyFamily } from './toy-family.ts'

/** A runbook on one binding `world`, from the YAML of its steps and what else it has. */
export async function loadToy(
  steps: string,
  { rest = '', again = 'converge', bindings = '', inputs = '', families = [toyFamily] as readonly Family[] } = {},
): Promise<Runbook> {
  const text = `runbook: toy
format: 1
version: 1.0.0
title: Toy
again: ${again}
${inputs === '' ? '' : `inputs:\n${inputs}\n`}bindings:
  world: { kind: toy-world }${bindings}
steps:
${steps.replaceAll(/^\n+|\s+$/g, '')}
${rest}
`
  const { runbook, diagnostics } = await loadRunbook(sourceFile('toy.yaml', text), families)
  if (runbook === undefined) throw new Error(diagnostics.map(({ message, hint }) => `${message} (${hint})`).join('\n'))
  return runbook
}
