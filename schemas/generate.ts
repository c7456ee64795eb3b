import { readFileSync, writeFileSync } from 'node:fs'
import { jsonSchemas, schemaText } from '../engine/document/json-schemas.ts'
import { renderReference } from '../engine/render/render-reference.ts'
import { families } from '../steps/index.ts'

/** Files that are made of the code and committed: path from the project's root, and what is in it. */
export function generatedFiles(): readonly { readonly path: string; readonly text: string }[] {
  const made = jsonSchemas(families)
  const schemas = (['runbook', 'environment', 'rehearsal'] as const).map((kind) => ({
    path: `schemas/${kind}.schema.json`,
    text: schemaText(made[kind]),
  }))
  return [...schemas, { path: 'steps/README.md', text: renderReference(families) }]
}

/** Paths of generated files that are not as the code makes them now. */
export function staleFiles(): readonly string[] {
  return generatedFiles().flatMap(({ path, text }) => (textAt(path) === text ? [] : [path]))
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  } catch {
    return undefined // not generated yet
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const { path, text } of generatedFiles()) writeFileSync(new URL(`../${path}`, import.meta.url), text)
}
