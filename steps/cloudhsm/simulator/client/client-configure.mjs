// @ts-check
/**
 * `configure-cli` and `configure-pkcs11`: where the HSMs are, which trust anchor they must have, whether keys must be on two HSMs.
 */
import { parseOptions, UsageError, usageError } from './client-arguments.mjs'
import { readConfiguration, standardAnchor, writeConfiguration } from './client-configuration.mjs'
import { Link } from './client-link.mjs'

/** @typedef {import('./client-arguments.mjs').OptionSpecs} OptionSpecs */
/** @typedef {import('./client-arguments.mjs').Options} Options */
/** @typedef {import('./client-configuration.mjs').ClusterEntry} ClusterEntry */

/** @type {OptionSpecs} */
const specs = {
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
 * @param {{ tool: string, folder: string, endpoint: string, args: readonly string[] }} call
 * @returns {Promise<number>} exit code
 */
export async function configure({ tool, folder, endpoint, args }) {
  try {
    const [word] = args
    const change = word === 'add-cluster' || word === 'remove-cluster' ? word : 'set'
    const options = parseOptions((change === 'set' ? args : args.slice(1)).map(long), specs)
    const configuration = readConfiguration(folder, tool)
    const id = textOf(options['cluster-id'])
    if (change === 'remove-cluster') {
      configuration.clusters = configuration.clusters.filter((each) => each.id !== id)
    } else {
      const known = change === 'set' ? configuration.clusters[0] : undefined
      const entry = await entryOf(options, known, folder, endpoint)
      const others = change === 'set' ? [] : configuration.clusters.filter((each) => each.id !== entry.id)
      configuration.clusters = [...others, entry]
    }
    writeConfiguration(folder, tool, configuration)
    return 0
  } catch (error) {
    if (error instanceof UsageError) return usageError(error.message)
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

/** `-a` is the short name of the addresses. @param {string} word */
const long = (word) => (word === '-a' ? '--address' : word)

/**
 * @param {Options} options
 * @param {ClusterEntry | undefined} known what stays as it is where nothing is said
 * @param {string} folder
 * @param {string} endpoint
 * @returns {Promise<ClusterEntry>}
 */
async function entryOf(options, known, folder, endpoint) {
  const id = textOf(options['cluster-id'])
  const addresses = Array.isArray(options['address']) ? options['address'] : []
  if (id !== undefined && addresses.length > 0) {
    throw new UsageError("the argument '--cluster-id <ID>' cannot be used with '-a <ADDRESS>'")
  }
  const hosts = id === undefined ? addresses : await addressesOf(id, textOf(options['endpoint']) ?? endpoint)
  const said = options['disable-key-availability-check'] === true || options['enable-key-availability-check'] === true
  const servers = hosts.map((hostname) => ({ hostname, port: hsmPort, enable: true }))
  return {
    ...(id !== undefined ? { id } : addresses.length === 0 && known?.id !== undefined ? { id: known.id } : {}),
    type: 'hsm1',
    cluster: {
      hsm_ca_file: textOf(options['hsm-ca-cert']) ?? known?.cluster.hsm_ca_file ?? standardAnchor(folder),
      servers: servers.length > 0 ? servers : (known?.cluster.servers ?? []),
      options: {
        disable_key_availability_check: said
          ? options['disable-key-availability-check'] === true
          : (known?.cluster.options.disable_key_availability_check ?? false),
      },
    },
  }
}

/** As the real program asks DescribeClusters. @param {string} id @param {string} endpoint @returns {Promise<string[]>} */
async function addressesOf(id, endpoint) {
  const link = new Link(endpoint)
  try {
    const { addresses } = await link.ask('/cloudhsm/servers', { clusterId: id })
    if (!Array.isArray(addresses)) throw new Error(`there is no cluster '${id}'`)
    if (addresses.length === 0) throw new Error(`cluster '${id}' has no HSM`)
    return addresses
  } finally {
    link.close()
  }
}

/** @param {unknown} value @returns {string | undefined} */
const textOf = (value) => (typeof value === 'string' ? value : undefined)
