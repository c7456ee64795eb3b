import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxReference } from '../../document/environment.ts'

/** Something that must be nowhere; named in reports, where its value must not be either. */
export interface KnownSecret {
  readonly name: string
  readonly value: string
}

/** Every secret of a sandbox: what its environment refers to, and the token by which it is known. */
export function secretsOf(environmentPath: string, sandbox: SandboxReference): readonly KnownSecret[] {
  const references = readFileSync(environmentPath, 'utf8').matchAll(/\bfile:(\/[^\s'",}]+)/g)
  const files = [...new Set([...references].map(([, path = '']) => path))]
  return [
    { name: 'the sandbox token', value: sandbox.token },
    ...files.flatMap((path) => {
      const value = readFileSync(path, 'utf8').trimEnd()
      const [, password = ''] = /^[^:]+:(.+)$/.exec(value) ?? [] // the form of CloudHSM's PINs
      return [value, password]
        .filter((each) => each.length >= 8)
        .map((each) => ({ name: `the secret in \`${path}\``, value: each }))
    }),
  ]
}

/**
 * Puts credentials that look like real ones of AWS where a careless program would find them, until it is disposed of.
 */
export function plantCredentials(): { readonly secrets: readonly KnownSecret[] } & Disposable {
  const planted = {
    AWS_ACCESS_KEY_ID: `AKIA${randomBytes(10).toString('hex').slice(0, 16).toUpperCase()}`,
    AWS_SECRET_ACCESS_KEY: randomBytes(30).toString('base64'),
    AWS_SESSION_TOKEN: randomBytes(60).toString('base64'),
  }
  const before = new Map(Object.keys(planted).map((name) => [name, process.env[name]]))
  Object.assign(process.env, planted)
  return {
    secrets: Object.entries(planted).map(([name, value]) => ({ name: `planted ${name}`, value })),
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    },
  }
}

/**
 * Searches texts and files for secrets, as they are and as base64, base64url, hex, URL and JSON write them.
 *
 * @returns a line for each secret and place
 */
export function findLeaks(
  secrets: readonly KnownSecret[],
  texts: ReadonlyMap<string, string>,
  folders: readonly string[],
): string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const places = [
    ...[...texts].map(([name, text]) => [name, Buffer.from(text)] as const),
    ...files.map((path) => [`\`${path}\``, readFileSync(path)] as const),
  ]
  return secrets.flatMap(({ name, value }) => {
    const forms = formsOf(value)
    return places
      .filter(([, bytes]) => forms.some((form) => bytes.includes(form)))
      .map(([place]) => `${name} in ${place}`)
  })
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const hex = bytes.toString('hex')
  // base64 of a longer text has it in one of three alignments; its ends depend on what stands around
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(shift === 0 ? 0 : 4, (bytes.length + shift) % 3 === 0 ? undefined : -1)
  })
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const json = JSON.stringify(value).slice(1, -1)
  return [...new Set([value, json, encodeURIComponent(value), hex, hex.toUpperCase(), ...base64, ...base64url])]
}
