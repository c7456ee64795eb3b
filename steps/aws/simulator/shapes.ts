/** The part of a service's model that the server checks a request against. */
export type Shape =
  | { readonly kind: 'string'; readonly min?: number; readonly max?: number; readonly pattern?: RegExp }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'blob'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly kind: 'map'; readonly key: Shape; readonly of: Shape }
  | StructureShape

export interface StructureShape {
  readonly kind: 'structure'
  readonly required: readonly string[]
  readonly members: Readonly<Record<string, Shape>>
}

/** Carries the type of the values that a shape lets through; never there at run time. */
interface Typed<T> {
  readonly valueType?: T
}

/** The type of the values that a shape lets through. */
export type ValueOf<S extends Typed<unknown>> = NonNullable<S['valueType']>

/** Operation name to the shape of its request. */
export type OperationShapes = Readonly<Record<string, StructureShape>>

export interface Length {
  readonly min?: number
  readonly max?: number
}

export function string(length: Length = {}, pattern?: RegExp): Shape & Typed<string> {
  return pattern === undefined ? { kind: 'string', ...length } : { kind: 'string', ...length, pattern }
}

export function enumeration<const V extends readonly string[]>(...values: V): Shape & Typed<V[number]> {
  return { kind: 'enum', values }
}

/** Base64 on the wire. */
export function blob(length: Length): Shape & Typed<string> {
  return { kind: 'blob', ...length }
}

export function integer(range: Length = {}): Shape & Typed<number> {
  return { kind: 'integer', ...range }
}

export const boolean: Shape & Typed<boolean> = { kind: 'boolean' }

export function list<T>(of: Shape & Typed<T>, length: Length = {}): Shape & Typed<readonly T[]> {
  return { kind: 'list', of, ...length }
}

export function map<T>(key: Shape & Typed<string>, of: Shape & Typed<T>): Shape & Typed<Readonly<Record<string, T>>> {
  return { kind: 'map', key, of }
}

type Members = Readonly<Record<string, Shape & Typed<unknown>>>

type Values<M extends Members> = {
  readonly [K in keyof M as K extends `${infer Name}*` ? Name : never]: ValueOf<M[K]>
} & {
  readonly [K in keyof M as K extends `${string}*` ? never : K]?: ValueOf<M[K]>
}

/** @param members names that end in `*` are required */
export function structure<const M extends Members>(members: M): StructureShape & Typed<Values<M>> {
  const required = Object.keys(members).filter((name) => name.endsWith('*'))
  return {
    kind: 'structure',
    required: required.map((name) => name.slice(0, -1)),
    members: Object.fromEntries(Object.entries(members).map(([name, shape]) => [name.replace(/\*$/, ''), shape])),
  }
}
