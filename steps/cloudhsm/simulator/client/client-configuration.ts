import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ClusterEntry {
  /** Given where the tool was configured by cluster id. */
  readonly id?: string
  readonly type: string
  readonly cluster: {
    readonly hsm_ca_file: string
    readonly servers: readonly { readonly hostname: string; readonly port: number; readonly enable: boolean }[]
    readonly options: { readonly disable_key_availability_check: boolean }
  }
}

/** The configuration file of one of the client's tools, `FOLDER/etc/cloudhsm-TOOL.cfg`, in the form of SDK 5. */
export interface Configuration {
  readonly clusters: readonly ClusterEntry[]
  readonly logging: { readonly log_type: string; readonly log_level: string }
}

export type ConfiguredTool = 'cli' | 'pkcs11'

const configurationPath = (folder: string, tool: ConfiguredTool): string => join(folder, 'etc', `cloudhsm-${tool}.cfg`)

export const standardAnchor = (folder: string): string => join(folder, 'etc', 'customerCA.crt')

/** What is configured; nothing where the tool never was. */
export function readConfiguration(folder: string, tool: ConfiguredTool): Configuration {
  const path = configurationPath(folder, tool)
  if (!existsSync(path)) return { clusters: [], logging: { log_type: 'file', log_level: 'info' } }
  return JSON.parse(readFileSync(path, 'utf8')) as Configuration // written below
}

/** Whole or not at all. */
export function writeConfiguration(folder: string, tool: ConfiguredTool, configuration: Configuration): void {
  const path = configurationPath(folder, tool)
  mkdirSync(join(folder, 'etc'), { recursive: true })
  writeFileSync(`${path}.new`, `${JSON.stringify(configuration, undefined, 2)}\n`)
  renameSync(`${path}.new`, path)
}
