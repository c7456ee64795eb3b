import { Type, type TString } from 'typebox'

/**
 * A reference to a secret, never its value: `env:NAME`, `file:PATH`, `prompt`, or one of a {@link SecretSource},
 * `SOURCE:BINDING/NAME`.
 */
export function secretReference(description: string): TString {
  return Type.String({
    description,
    pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|prompt|(?!env:|file:|prompt:)[a-z][a-z0-9-]*:.+)$',
    'x-runbook-wants': '`env:NAME`, `file:PATH`, `prompt` or `SOURCE:BINDING/NAME`',
  })
}

/** An absolute time, RFC 3339 with offset: `2046-01-01T00:00:00Z`. */
export function dateTime(description: string): TString {
  return Type.String({ description, format: 'date-time', 'x-runbook-wants': 'a time such as `2046-01-01T00:00:00Z`' })
}

/** A SHA-256 digest, 64 lower-case hex digits. */
export function sha256Hex(description: string): TString {
  return Type.String({ description, pattern: '^[0-9a-f]{64}$', 'x-runbook-wants': '64 lower-case hex digits' })
}

/** One or more PEM blocks. */
export function pemText(description: string): TString {
  return Type.String({ description, pattern: '^-----BEGIN ', 'x-runbook-wants': 'PEM text' })
}
