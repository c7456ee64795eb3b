import { resolve } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Options, type OptionSpecs, parseOptions, UsageError } from './client-arguments.ts'
import {
  type ClusterEntry,
  type ConfiguredTool,
  readConfiguration,
  standardAnchor,
  writeConfiguration,
} from './client-configuration.ts'
import { Link } from './client-link.ts'
import type { ProgramCall } from './program-call.ts'

const specs: OptionSpecs = {
  address: { kind: 'list' },
  'cluster-id': { kind: 'text' },
  region: { kind: 'text' },
  endpoint: { kind: 'text' },
  'hsm-ca-cert': { kind: 'text' },
  'disable-key-availability-check': { kind: 'flag' },
  'enable-key-availability-check': { kind: 'flag' },
  'log-type': { kind: 'text', values: ['file', 'term'] },
  'log-level': { kind: 'text', values: ['error', 'warn', 'info', 'debug', 'trace'] },
  'log-file': { kind: 'text' },
}

const hsmPort = 2223

/**
 * `configure-cli` and `configure-pkcs11`: where the HSMs are, which trust anchor they must have, whether keys must be on two HSMs.
 *
 * @throws {UsageError}
 */
export async function configure(tool: ConfiguredTool, call: ProgramCall): Promise<number> {
  const { folder, args } = call
  const [word] = args
  const change = word === 'add-cluster' || word === 'remove-cluster' ? word : 'set'
  const options = parseOptions((change === 'set' ? args : args.slice(1)).map(long), specs)
  const configured = (): readonly ClusterEntry[] => readConfiguration(folder, tool).clusters
  const without = (id: string | undefined): readonly ClusterEntry[] => configured().filter((each) => each.id !== id)
  const write = (clusters: readonly ClusterEntry[]): void =>
    writeConfiguration(folder, tool, { ...readConfiguration(folder, tool), clusters })
  if (change === 'remove-cluster') {
    write(without(textOf(options['cluster-id'])))
  } else {
    const entry = await entryOf(options, change === 'set' ? configured()[0] : undefined, call)
    write([...(change === 'set' ? [] : without(entry.id)), entry])
  }
  return 0
}

/** `-a` is the short name of the addresses. */
const long = (word: string): string => (word === '-a' ? '--address' : word)

/** @param known what stays as it is where nothing is said */
async function entryOf(options: Options, known: ClusterEntry | undefined, call: ProgramCall): Promise<ClusterEntry> {
  const { folder, endpoint, terminal } = call
  const id = textOf(options['cluster-id'])
  const addresses = Array.isArray(options['address']) ? options['address'] : []
  if (id !== undefined && addresses.length > 0) {
    throw new UsageError("the argument '--cluster-id <ID>' cannot be used with '-a <ADDRESS>'")
  }
  const hosts =
    id === undefined ? addresses : await addressesOf(id, textOf(options['endpoint']) ?? endpoint, call.signal)
  const said = options['disable-key-availability-check'] === true || options['enable-key-availability-check'] === true
  const anchor = textOf(options['hsm-ca-cert'])
  const servers = hosts.map((hostname) => ({ hostname, port: hsmPort, enable: true }))
  return {
    ...(id !== undefined ? { id } : addresses.length === 0 && known?.id !== undefined ? { id: known.id } : {}),
    type: 'hsm1',
    cluster: {
      hsm_ca_file:
        anchor === undefined
          ? (known?.cluster.hsm_ca_file ?? standardAnchor(folder))
          : resolve(terminal.folder, anchor),
      servers: servers.length > 0 ? servers : (known?.cluster.servers ?? []),
      options: {
        disable_key_availability_check: said
          ? options['disable-key-availability-check'] === true
          : (known?.cluster.options.disable_key_availability_check ?? false),
      },
    },
  }
}

const answerSchema = Type.Object({ addresses: Type.Optional(Type.Array(Type.String())) })

/** As the real program asks DescribeClusters. */
async function addressesOf(id: string, endpoint: string, signal: AbortSignal): Promise<readonly string[]> {
  const link = new Link(endpoint, signal)
  try {
    const { addresses } = Value.Parse(answerSchema, await link.ask('/cloudhsm/servers', { clusterId: id }))
    if (addresses === undefined) throw new Error(`there is no cluster '${id}'`)
    if (addresses.length === 0) throw new Error(`cluster '${id}' has no HSM`)
    return addresses
  } finally {
    link.close()
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
