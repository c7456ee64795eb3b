import fc from 'fast-check'

/** A random runbook: entries in each other, each with a number of its own. */
export type Piece =
  | { readonly kind: 'seat' | 'set' | 'hsm' | 'look' | 'gated' | 'pause'; readonly more: More }
  | {
      readonly kind: 'group' | 'parallel'
      readonly inside: readonly Piece[]
      readonly last: number
      readonly more: More
    }
  | {
      readonly kind: 'forEach'
      readonly inside: readonly Piece[]
      readonly items: number
      readonly concurrency: number
      readonly last: number
      readonly more: More
    }

export interface More {
  /** Absent: done; false: skipped. */
  readonly when: boolean | undefined
  readonly onFailure: 'stop' | 'continue' | undefined
}

const more: fc.Arbitrary<More> = fc.record({
  when: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, true, false),
  onFailure: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    'stop' as const,
    'continue' as const,
    'continue' as const,
  ),
})

const leaf: fc.Arbitrary<Piece> = fc.record({
  kind: fc.constantFrom(
    'seat' as const,
    'seat' as const,
    'set' as const,
    'hsm' as const,
    'look' as const,
    'gated' as const,
    'pause' as const,
  ),
  more,
})

function pieces(depth: number): fc.Arbitrary<readonly Piece[]> {
  const inside =
    depth === 0
      ? fc.array(leaf, { minLength: 1, maxLength: 3 })
      : fc.array(piece(depth), { minLength: 1, maxLength: 3 })
  return inside
}

function piece(depth: number): fc.Arbitrary<Piece> {
  const block = { inside: pieces(depth - 1), last: fc.constantFrom(0, 0, 1), more }
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('group' as const), ...block }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('parallel' as const), ...block }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('forEach' as const),
        items: fc.nat(3),
        concurrency: fc.integer({ min: 1, max: 3 }),
        ...block,
      }),
    },
  )
}

export const runbooks: fc.Arbitrary<readonly Piece[]> = pieces(2)

/** One thing that a run does: its effect in the ledger, its place, and whether it is done. */
export interface Deed {
  /** As the ledger has it; `undefined`: it leaves no trace there. */
  readonly line: string | undefined
  /** Id of the entry, with its items, as in `s4[i1]`. */
  readonly address: string
  /** The steps before it in which it stands, for order: `3.p2` is branch 2 of entry 3. */
  readonly place: readonly Turn[]
}

/** Where, in one block, something stands: `at` orders what runs one after the other, and not what runs `beside` each other. */
export interface Turn {
  readonly at: number
  readonly beside: boolean
}

export interface Written {
  readonly yaml: string
  readonly deeds: readonly Deed[]
}

/** The text of a runbook, and what it does when nothing fails. */
export function write(all: readonly Piece[]): Written {
  let next = 0
  const deeds: Deed[] = []
  interface Here {
    readonly indent: string
    readonly suffixes: readonly { readonly suffix: string; readonly place: readonly Turn[] }[]
    readonly locals: readonly string[]
    readonly done: boolean
  }
  const unique = (id: string, { locals }: Here): string =>
    [`"${id}"`, ...locals.map((name) => `"-" + ${name}`)].join(' + ')
  const did = (line: string | undefined, id: string, here: Here, at: number, beside: boolean): void => {
    if (!here.done) return
    for (const { suffix, place } of here.suffixes) {
      const words = [...suffix.matchAll(/\[(.*?)\]/g)].map(([, key]) => `-${key}`).join('')
      const named = line === undefined ? undefined : `${line} ${id}${words}`
      deeds.push({ line: named, address: `${id}${suffix}`, place: [...place, { at, beside }] })
    }
  }
  const entries = (list: readonly Piece[], here: Here, beside = false, from = 0): string =>
    list.map((each, n) => entry(each, here, from + n, beside)).join('')
  const entry = (each: Piece, here: Here, at: number, beside: boolean): string => {
    const id = `s${(next += 1)}`
    const { when, onFailure } = each.more
    const inner = { ...here, done: here.done && when !== false }
    const envelope = [
      `id: ${id}`,
      ...(when === undefined ? [] : [`when: '\${{ ${when ? '1 < 2' : '2 < 1'} }}'`]),
      ...(onFailure === undefined ? [] : [`onFailure: ${onFailure}`]),
    ]
    const step = (type: string, input: string, line?: string, extra: readonly string[] = []): string => {
      did(line, id, inner, at, beside)
      const fields = [...envelope, `uses: toy.${type}`, 'target: world', `with: { ${input} }`, ...extra]
      return `${here.indent}- { ${fields.join(', ')} }\n`
    }
    const name = `'\${{ ${unique(id, here)} }}'`
    switch (each.kind) {
      case 'seat':
        return step('book-seat', `seat: ${name}`, 'BookSeat')
      case 'gated':
        return step('book-seat', `seat: ${name}`, 'BookSeat', ['approval: { role: custodian, count: 1 }'])
      case 'hsm':
        return step('create-hsm', `address: ${name}`, 'CreateHsm')
      case 'set':
        return step('set-setting', `name: ${name}, value: 1`)
      case 'look':
        return step('look-at', `name: ${name}`)
      case 'pause':
        return `${here.indent}- { ${[...envelope, 'wait: 1m'].join(', ')} }\n`
      default:
    }
    const places = inner.suffixes.map(({ suffix, place }) => ({ suffix, place: [...place, { at, beside }] }))
    const deeper = `${here.indent}    `
    const lines = [`${here.indent}- ${envelope.join(`\n${here.indent}  `)}\n`]
    if (each.kind === 'forEach') {
      const keys = Array.from({ length: each.items }, (_, n) => `i${n}`)
      const local = `v${id}`
      lines.push(
        `${here.indent}  forEach: { in: [${keys.join(', ')}], as: ${local}, concurrency: ${each.concurrency} }\n`,
      )
      const within = {
        ...inner,
        indent: deeper,
        locals: [...inner.locals, local],
        suffixes: places.flatMap(({ suffix, place }) =>
          keys.map((key, n) => ({
            suffix: `${suffix}[${key}]`,
            place: [...place, { at: 0, beside: false }, { at: n, beside: true }],
          })),
        ),
      }
      lines.push(`${here.indent}  steps:\n${entries(each.inside, within)}`)
    } else {
      const beneath = each.kind === 'parallel'
      const within = {
        ...inner,
        indent: deeper,
        suffixes: places.map(({ suffix, place }) => ({ suffix, place: [...place, { at: 0, beside: false }] })),
      }
      lines.push(`${here.indent}  ${beneath ? 'parallel' : 'steps'}:\n${entries(each.inside, within, beneath)}`)
    }
    if (each.last > 0) {
      const end = {
        ...inner,
        indent: deeper,
        suffixes: places.map(({ suffix, place }) => ({ suffix, place: [...place, { at: 1, beside: false }] })),
      }
      lines.push(
        `${here.indent}  finally:\n${entries([{ kind: 'seat', more: { when: undefined, onFailure: undefined } }], end)}`,
      )
    }
    return lines.join('')
  }
  const start: Here = { indent: '  ', suffixes: [{ suffix: '', place: [] }], locals: [], done: true }
  const used = '  - { id: first, uses: toy.look-at, target: world, with: { name: s } }\n'
  return { yaml: used + entries(all, start), deeds }
}

/** Whether the runbook says that one deed comes before another. */
export function isBefore(one: Deed, other: Deed): boolean {
  for (const [n, turn] of one.place.entries()) {
    const its = other.place[n]
    if (its === undefined) return false
    if (turn.at !== its.at) return !turn.beside && turn.at < its.at
  }
  return false
}
