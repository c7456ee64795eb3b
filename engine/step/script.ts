/** What a runbook says about a script that it runs, and the bytes that were read when the runbook was loaded. */
export interface ScriptDeclaration {
  /** Where its file was read. Absolute; its last part names the script in messages. */
  readonly path: string
  /** SHA-256 of `bytes`, hex: what plans and resume are pinned to. */
  readonly sha256: string
  /** What runs, whatever becomes of the file. */
  readonly bytes: Uint8Array
  readonly effect: 'read' | 'idempotent' | 'once'
  /** Whether the module exports `check`, as the runbook says with `check: true`; never with `effect: read`. */
  readonly hasCheck: boolean
  /** JSON Schema of the outputs, an object's. */
  readonly outputs: object
}

/** Why a script cannot be run as it is declared. */
export interface ScriptFault {
  readonly message: string
  readonly hint: string
  /** In the script, one-based. */
  readonly line: number
}

/** A static import or re-export at the beginning of a line. */
const imports = /^[ \t]*(?:import|export)\b(?:[^'"`;()]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm

const exportsCheck =
  /^[ \t]*export\s+(?:(?:async\s+)?function\*?|const|let|var)\s+check\b|^[ \t]*export\s*\{[^}]*\bcheck\s*[,}]/m

/**
 * What can be seen without running it. A script is one file, so that its hash says all of what runs: it imports nothing but Node's own
 * modules and zx.
 */
export function scriptFaults({
  bytes,
  effect,
  hasCheck,
}: Pick<ScriptDeclaration, 'bytes' | 'effect' | 'hasCheck'>): readonly ScriptFault[] {
  const text = new TextDecoder().decode(bytes)
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length
  const faults: ScriptFault[] = []
  for (const found of text.matchAll(imports)) {
    const [whole, , name = ''] = found
    if (/^(node:|zx$|zx\/)/.test(name)) continue
    faults.push({
      message: `a script imports nothing but \`node:\` modules and \`zx\`, found \`${name}\``,
      hint: 'put what it needs into the one file, whose hash is what reviewers approve',
      line: lineAt(found.index + whole.length),
    })
  }
  const check = exportsCheck.exec(text)
  if (effect === 'read' && hasCheck)
    faults.push({
      message: 'a script that only reads is its own check',
      hint: 'drop `check: true`, or say what the script changes with `effect`',
      line: 1,
    })
  else if (check !== null && !hasCheck)
    faults.push({
      message: 'the script exports `check`, which the runbook does not say',
      hint:
        effect === 'read' ? 'drop the function: with `effect: read` nothing calls it' : 'add `check: true` to the step',
      line: lineAt(check.index),
    })
  return faults
}
