import { connect } from 'node:net'
import { StepError } from '../../../engine/step/errors.ts'
import { definePreflightLook, type Finding, type PreflightContext } from '../../../engine/step/preflight.ts'
import type { Cluster } from '../client.ts'
import { findCluster } from '../clusters.ts'
import { asCloudHsmClient } from '../hsm-client/client.ts'
import { hsmsOf } from '../hsms.ts'
import { knownClusters } from './known-clusters.ts'
import { hsmPorts } from './ports.ts'

const timeoutMs = 3_000

/** Whether this machine reaches the HSMs of the clusters that its client is used for. */
export const reachable = definePreflightLook({
  name: 'reachable',
  summary: 'Connects to ports 2223 to 2225 of each HSM, and says nothing there',
  capability: 'hsm-client',
  async look(target, context): Promise<readonly Finding[]> {
    const { endpoint } = asCloudHsmClient(target)
    const findings: Finding[] = []
    for (const id of knownClusters(context.steps)) {
      const cluster = await findAnywhere(id, context)
      const addresses = cluster === undefined ? [] : hsmsOf(cluster).flatMap(({ eniIp }) => eniIp ?? [])
      const what = `HSMs of ${id}`
      if (addresses.length === 0) {
        const detail = cluster === undefined ? 'no AWS binding knows the cluster' : 'the cluster has no HSM now'
        findings.push({ what, verdict: 'unknown', detail })
      } else if (endpoint !== undefined)
        findings.push({ what, ...(await standIn(endpoint, addresses, context.signal)) })
      else
        for (const address of addresses)
          findings.push({ what: `HSM ${address}`, ...(await hsmAt(address, context.signal)) })
    }
    return findings
  },
})

async function findAnywhere(id: string, { opened, signal, now }: PreflightContext): Promise<Cluster | undefined> {
  for (const { capability } of opened('aws')) {
    const found = await findCluster({ target: capability, signal, now }, id)
    if (found !== undefined) return found
  }
  return undefined
}

async function hsmAt(address: string, signal: AbortSignal): Promise<Omit<Finding, 'what'>> {
  const answers = await Promise.all(hsmPorts.map((port) => failureOf(address, port, signal)))
  const failures = hsmPorts.flatMap((port, at) => (answers[at] === undefined ? [] : [`${port} (${answers[at]})`]))
  if (failures.length === 0) return { verdict: 'good', detail: `ports ${hsmPorts.join(', ')} answer` }
  const hint = "give this machine the cluster's security group, and check routes and network ACLs"
  return { verdict: 'bad', detail: `cannot be reached on ports ${failures.join(', ')}`, hint }
}

/** In a sandbox all HSMs are one server on loopback. */
async function standIn(
  endpoint: string,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Omit<Finding, 'what'>> {
  const { hostname, port } = new URL(endpoint)
  const failure = await failureOf(hostname, Number(port), signal)
  const detail = `\`${endpoint}\` stands in for ${addresses.join(', ')}`
  return failure === undefined
    ? { verdict: 'good', detail: `${detail}, and answers` }
    : { verdict: 'bad', detail: `${detail}, and cannot be reached (${failure})`, hint: 'start the sandbox' }
}

/** Why no connection comes about; `undefined`: one did. */
function failureOf(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    const end = (failure: string | undefined): void => {
      socket.destroy()
      resolve(failure)
    }
    socket.setTimeout(timeoutMs, () => end('no answer'))
    socket.once('connect', () => end(undefined))
    socket.on('error', (error) => {
      if (signal.aborted) reject(new StepError('cancelled', 'stopped on request', { cause: error }))
      else end('code' in error && typeof error.code === 'string' ? error.code : error.message)
    })
  })
}
