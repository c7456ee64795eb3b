// @ts-check
/**
 * The configuration files of the client's tools, `FOLDER/etc/cloudhsm-TOOL.cfg`, in the form of SDK 5.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} ClusterEntry
 * @property {string} [id] given where the tool was configured by cluster id
 * @property {string} type
 * @property {object} cluster
 * @property {string} cluster.hsm_ca_file
 * @property {{ hostname: string, port: number, enable: boolean }[]} cluster.servers
 * @property {{ disable_key_availability_check: boolean }} cluster.options
 *
 * @typedef {{ clusters: ClusterEntry[], logging: { log_type: string, log_level: string } }} Configuration
 */

/** @param {string} folder @param {string} tool `cli` or `pkcs11` */
export const configurationPath = (folder, tool) => join(folder, 'etc', `cloudhsm-${tool}.cfg`)

/** @param {string} folder */
export const standardAnchor = (folder) => join(folder, 'etc', 'customerCA.crt')

/** @param {string} folder @param {string} tool @returns {Configuration} */
export function readConfiguration(folder, tool) {
  const path = configurationPath(folder, tool)
  if (!existsSync(path)) return { clusters: [], logging: { log_type: 'file', log_level: 'info' } }
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** @param {string} folder @param {string} tool @param {Configuration} configuration */
export function writeConfiguration(folder, tool, configuration) {
  const path = configurationPath(folder, tool)
  mkdirSync(join(folder, 'etc'), { recursive: true })
  writeFileSync(`${path}.new`, `${JSON.stringify(configuration, undefined, 2)}\n`)
  renameSync(`${path}.new`, path)
}
