/** The type of an expression, by the names of JSON Schema. */
export type Type =
  | { readonly kind: 'string' | 'integer' | 'number' | 'boolean' | 'null' }
  | { readonly kind: 'list'; readonly items: Type }
  | { readonly kind: 'map'; readonly values: Type }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Member> }
  /** Known only when it is evaluated. */
  | { readonly kind: 'any' }
  /** A value of CEL that JSON has no form for: bytes, a timestamp, a duration. */
  | { readonly kind: 'other'; readonly name: string }

interface Member {
  readonly type: Type
  readonly optional: boolean
}

export const anyType: Type = { kind: 'any' }
export const stringType: Type = { kind: 'string' }

/** An object type; members are required unless said otherwise. */
export function objectType(members: Iterable<readonly [string, Type]>): Type {
  return { kind: 'object', members: new Map([...members].map(([name, type]) => [name, { type, optional: false }])) }
}

/** `a string`, `a list`: for messages. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'list':
    case 'map':
      return `a ${type.kind}`
    case 'integer':
      return 'an integer'
    case 'object':
      return 'a map'
    case 'null':
      return '`null`'
    case 'any':
      return 'anything'
    case 'other':
      return `a ${type.name}`
  }
}

/** Holds when a value of that type can stand inside a text. */
export function isScalarType(type: Type): boolean {
  return ['string', 'integer', 'number', 'boolean', 'any'].includes(type.kind)
}
