import type { Host } from '../../engine/step/capabilities.ts'
import type { Json, JsonObject } from '../../engine/step/json.ts'
import { definePreflightLook, type Finding, type PreflightStep } from '../../engine/step/preflight.ts'

/** Finds a program as the system would start it, which knows no builtins of a shell: `$1` is its name or path. */
const finder =
  'case "$1" in */*) test -f "$1" -a -x "$1" && echo "$1"; exit;; esac; IFS=:; for each in $PATH; do test -f "$each/$1" -a -x "$each/$1" && echo "$each/$1" && exit; done; exit 1'

/** Whether the programs that steps name are there. */
export const programs = definePreflightLook({
  name: 'programs',
  summary: 'Looks for the programs that steps run on a machine',
  capability: 'host',
  async look(host, { steps, signal }): Promise<readonly Finding[]> {
    const findings: Finding[] = []
    for (const [program, ids] of stepsByProgram(steps)) {
      const what = `program ${program}`
      const path = await find(host, program, signal)
      if (path !== undefined) findings.push({ what, verdict: 'good', detail: path })
      else {
        const detail = `is not on \`${host.name}\`; needed by ${ids.map((id) => `\`${id}\``).join(', ')}`
        findings.push({ what, verdict: 'bad', detail, hint: 'install it, or name it by its whole path' })
      }
    }
    return findings
  },
})

async function find(host: Host, program: string, signal: AbortSignal): Promise<string | undefined> {
  const { exitCode, stdout } = await host.exec(['sh', '-c', finder, 'sh', program], { signal })
  return exitCode === 0 ? stdout.trim() : undefined
}

function stepsByProgram(steps: readonly PreflightStep[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { uses, id, inputs } of steps) {
    if (!uses.startsWith('command.')) continue
    for (const program of programsIn(inputs)) {
      const ids = found.get(program) ?? []
      if (!ids.includes(id)) ids.push(id)
      found.set(program, ids)
    }
  }
  return found
}

/** Of `argv` and of `check`. */
function programsIn({ argv, check }: JsonObject): readonly string[] {
  const [program] = Array.isArray(argv) ? (argv as readonly Json[]) : []
  const own = typeof program === 'string' ? [program] : []
  return isMap(check) ? [...own, ...programsIn(check)] : own
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
