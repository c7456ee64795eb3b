import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { syncFolder } from '../../../engine/step/durable-file.ts'
import { StepError } from '../../../engine/step/errors.ts'
import type { Json } from '../../../engine/step/json.ts'
import { systemError } from '../../../engine/step/system-error.ts'
import { memberOf } from './answer.ts'
import type { CloudHsmClient } from './client.ts'

export const clientTools = ['cli', 'pkcs11'] as const

export type ClientTool = (typeof clientTools)[number]

/** How the client was configured for one cluster; kept beside its own files, whose form is the vendor's. */
export const configurationSchema = Type.Object(
  {
    clusterId: Type.String(),
    region: Type.String(),
    trustAnchorPem: Type.String(),
    keyAvailabilityCheck: Type.Boolean(),
    tools: Type.Array(Type.Enum([...clientTools])),
    addresses: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)

export type ClientConfiguration = Static<typeof configurationSchema>

/** Where the trust anchor of a cluster is. */
export function trustAnchorPath({ folder }: CloudHsmClient, clusterId: string): string {
  return join(folder, 'etc', `customerCA-${clusterId}.crt`)
}

/** What a run configured for a cluster, if its trust anchor is there still; `undefined`: nothing. */
export async function readConfiguration(
  client: CloudHsmClient,
  clusterId: string,
): Promise<ClientConfiguration | undefined> {
  const noted: unknown = parsed(await textOf(notePath(client, clusterId)))
  if (!Value.Check(configurationSchema, noted)) return undefined
  const anchor = await textOf(trustAnchorPath(client, clusterId))
  return anchor === noted.trustAnchorPem ? noted : undefined
}

/**
 * Configures the tools for a cluster, beside others that they know. Safe to do again.
 *
 * @throws {StepError} `denied` where the folder is not ours to write, `transient` when a tool failed
 */
export async function configureClient(
  client: CloudHsmClient,
  wanted: ClientConfiguration,
  signal: AbortSignal,
): Promise<void> {
  const { clusterId, region, trustAnchorPem, keyAvailabilityCheck, tools } = wanted
  const anchor = trustAnchorPath(client, clusterId)
  await writeDurably(client, anchor, trustAnchorPem)
  for (const tool of tools) {
    const known = await clustersOf(client, tool)
    const beside = known.some((id) => id !== clusterId)
    if (beside && known.includes(clusterId))
      await run(client, tool, ['remove-cluster', '--cluster-id', clusterId], signal)
    await run(
      client,
      tool,
      [
        ...(beside ? ['add-cluster'] : []),
        ...['--cluster-id', clusterId, '--region', region, '--hsm-ca-cert', anchor],
        ...(client.endpoint === undefined ? [] : ['--endpoint', client.endpoint]),
        `--${keyAvailabilityCheck ? 'enable' : 'disable'}-key-availability-check`,
      ],
      signal,
    )
  }
  // behind the tools: after a crash between them nothing says that it was done
  await writeDurably(client, notePath(client, clusterId), `${JSON.stringify(wanted, null, 2)}\n`)
}

/** Takes it back: the tools forget the cluster. */
export async function forgetCluster(
  client: CloudHsmClient,
  { clusterId, tools }: Pick<ClientConfiguration, 'clusterId' | 'tools'>,
  signal: AbortSignal,
): Promise<void> {
  await rm(notePath(client, clusterId), { force: true })
  for (const tool of tools)
    if ((await clustersOf(client, tool)).includes(clusterId))
      await run(client, tool, ['remove-cluster', '--cluster-id', clusterId], signal)
  await rm(trustAnchorPath(client, clusterId), { force: true })
}

function notePath({ folder }: CloudHsmClient, clusterId: string): string {
  return join(folder, 'etc', `runbook-${clusterId}.json`)
}

/** Ids of the clusters that a tool has servers of; an empty text for one that was configured by address. */
export async function clustersOf(
  { folder }: Pick<CloudHsmClient, 'folder'>,
  tool: ClientTool,
): Promise<readonly string[]> {
  const configuration = parsed(await textOf(join(folder, 'etc', `cloudhsm-${tool}.cfg`)))
  const clusters = configuration === undefined ? undefined : memberOf(configuration, 'clusters')
  if (!Array.isArray(clusters)) return []
  return (clusters as readonly Json[]).flatMap((entry) => {
    const servers = memberOf(memberOf(entry, 'cluster') ?? null, 'servers')
    const id = memberOf(entry, 'id')
    return Array.isArray(servers) && servers.length > 0 ? [typeof id === 'string' ? id : ''] : []
  })
}

async function run(
  client: CloudHsmClient,
  tool: ClientTool,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await client.configure(tool, args, signal)
  if (exitCode === 0) return
  throw new StepError('transient', `\`configure-${tool}\` ended with exit code ${exitCode}`, {
    hint: 'look at what it wrote; it asks AWS for the addresses of the HSMs, with the credentials of this machine',
    facts: { exitCode, stderr: stderr.slice(-500) },
  })
}

function parsed(text: string | undefined): Json | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Json)
  } catch {
    return undefined
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw systemError(error, `\`${path}\` could not be read`)
  }
}

/** Replaces in one piece. */
async function writeDurably({ folder }: CloudHsmClient, path: string, text: string): Promise<void> {
  const fresh = `${path}.new`
  try {
    await mkdir(join(folder, 'etc'), { recursive: true })
    const file = await open(fresh, 'w', 0o644)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
    await syncFolder(join(folder, 'etc'))
  } catch (error) {
    throw systemError(error, `\`${path}\` could not be written`, 'run as a user who may write there')
  }
}
