/** What OpenSSH calls the namespace of a signature: an approval is worth nothing as anything else, nor the other way round. */
export const approvalNamespace = 'approval@runbook'

/** One line of an `allowed_signers` file. @see ssh-keygen(1), ALLOWED SIGNERS */
export interface AllowedSigner {
  /** One-based. */
  readonly line: number
  /** Patterns: `*` and `?` stand for any text and any character, `!` in front excludes. */
  readonly principals: readonly string[]
  /** True: the key signs certificates, and whoever holds one may sign. */
  readonly certAuthority: boolean
  /** Patterns of what may be signed; `undefined`: everything. */
  readonly namespaces: readonly string[] | undefined
  /** As written: `20260101` or `202601011200Z`. */
  readonly validAfter: string | undefined
  readonly validBefore: string | undefined
  /** The public key as in a `.pub` file: base64 of its SSH form. */
  readonly keyBase64: string
}

export interface AllowedSigners {
  readonly signers: readonly AllowedSigner[]
  /** One-based numbers of lines that are none, which `ssh-keygen` passes over. */
  readonly broken: readonly number[]
}

/** Reads the text of an `allowed_signers` file, to tell what is in it. Who may sign is for `ssh-keygen` to decide. */
export function readAllowedSigners(text: string): AllowedSigners {
  const signers: AllowedSigner[] = []
  const broken: number[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const bare = line.trim()
    if (bare === '' || bare.startsWith('#')) continue
    const signer = readLine(bare, index + 1)
    if (signer === undefined) broken.push(index + 1)
    else signers.push(signer)
  }
  return { signers, broken }
}

/** True when a line names the principal and lets it sign in the namespace. Times are not looked at. */
export function allows(signer: AllowedSigner, principal: string, namespace: string): boolean {
  return (
    matches(signer.principals, principal) && (signer.namespaces === undefined || matches(signer.namespaces, namespace))
  )
}

function readLine(line: string, number: number): AllowedSigner | undefined {
  const words = [...line.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word)
  const [principals, ...rest] = words
  const [options, keyType, key] = isKeyType(rest[0]) ? ['', ...rest] : rest
  if (principals === undefined || !isKeyType(keyType) || key === undefined || !/^[A-Za-z0-9+/]+=*$/.test(key))
    return undefined
  const option = (name: string): string | undefined =>
    new RegExp(`(?:^|,)${name}="([^"]*)"`, 'i').exec(options ?? '')?.[1]
  return {
    line: number,
    principals: principals.replaceAll('"', '').split(','),
    certAuthority: /(?:^|,)cert-authority(?:,|$)/i.test(options ?? ''),
    namespaces: option('namespaces')?.split(','),
    validAfter: option('valid-after'),
    validBefore: option('valid-before'),
    keyBase64: key,
  }
}

function isKeyType(word: string | undefined): boolean {
  return word !== undefined && /^(ssh|ecdsa|sk)-/.test(word)
}

/** A pattern list of OpenSSH: one that excludes wins. @see ssh_config(5), PATTERNS */
function matches(patterns: readonly string[], text: string): boolean {
  const excluded = patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1), text))
  return !excluded && patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern, text))
}

function fits(pattern: string, text: string): boolean {
  const source = [...pattern].map((each) => (each === '*' ? '.*' : each === '?' ? '.' : literally(each))).join('')
  return new RegExp(`^${source}$`, 'su').test(text)
}

function literally(character: string): string {
  return /[\\^$.|+()[\]{}/]/.test(character) ? `\\${character}` : character
}
