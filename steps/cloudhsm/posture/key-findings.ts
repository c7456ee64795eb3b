import type { HsmKey } from '../hsm-client/keys.ts'
import type { ListedUser } from '../hsm-client/listed-users.ts'
import { counted, type Finding } from './finding.ts'

/** A key as it is wanted. */
export interface WantedKey {
  readonly label: string
  /** Boolean attributes by the names of `cloudhsm-cli`. */
  readonly attributes: Readonly<Record<string, boolean>>
  /** How many users must agree to wrap, share or change it, at least. */
  readonly manageQuorum?: number | undefined
}

/** Keys that a crypto user sees. */
export interface SeenKeys {
  readonly username: string
  readonly keys: readonly HsmKey[]
}

/** Attributes of private keys, held against what is wanted; each key is one finding, or one for each difference. */
export function keyFindings(wanted: readonly WantedKey[], seen: readonly SeenKeys[]): Finding[] {
  const area = 'keys'
  const keys = new Map(seen.flatMap((each) => each.keys).map((key) => [key.reference, key]))
  return wanted.flatMap(({ label, attributes, manageQuorum = 0 }): Finding[] => {
    const found = [...keys.values()].filter((key) => key.label === label && key.class !== 'public-key')
    const [key] = found
    if (key === undefined || found.length > 1)
      return [{ area, item: label, found: counted(found.length, 'key'), wanted: 'one', verdict: 'bad' }]
    const differs = Object.entries(attributes)
      .filter(([name, value]) => key.booleans[name] !== value)
      .map(([name, value]): Finding => {
        return {
          area,
          item: label,
          found: `${name}: ${valueOf(key.booleans[name])}`,
          wanted: String(value),
          verdict: 'bad',
        }
      })
    if (!key.everywhere)
      differs.push({ area, item: label, found: 'not on every HSM', wanted: 'on every HSM', verdict: 'bad' })
    if (key.manageQuorum < manageQuorum)
      differs.push({
        area,
        item: label,
        found: `${key.manageQuorum} must agree to wrap or change it`,
        wanted: `${manageQuorum}`,
        verdict: 'bad',
      })
    if (differs.length > 0) return differs
    return [{ area, item: label, found: attributesText(attributes), wanted: 'the same', verdict: 'good' }]
  })
}

/** Crypto users who own keys: to delete one is to lose the keys. */
export function ownerFindings(users: readonly ListedUser[], seen: readonly SeenKeys[]): Finding[] {
  const area = 'owners'
  return users
    .filter(({ role }) => role === 'crypto-user')
    .map(({ username: item }): Finding => {
      const own = seen.find(({ username }) => username === item)
      if (own === undefined)
        return { area, item, found: 'not looked at: nobody logs in as this user', wanted: 'known', verdict: 'warn' }
      const owned = own.keys.filter((key) => key.class !== 'public-key' && key.owners.includes(item))
      if (owned.length === 0) return { area, item, found: 'owns no keys', wanted: 'known', verdict: 'good' }
      const labels = owned
        .map(({ label, id }) => label || id)
        .toSorted()
        .join(', ')
      const found = `owns ${counted(owned.length, 'key')}: ${labels}`
      return { area, item, found, wanted: 'not deleted as long as it owns keys', verdict: 'good' }
    })
}

function attributesText(attributes: Readonly<Record<string, boolean>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}

function valueOf(value: boolean | undefined): string {
  return value === undefined ? 'not told' : String(value)
}
