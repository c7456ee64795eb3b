import { readFile } from 'node:fs/promises'
import type { JsonObject } from '../../engine/step/json.ts'
import type { FaultName } from '../../engine/step/simulator.ts'
import { fetch } from '../../steps/http/fetch.ts'
import type { HttpSite } from '../../steps/http/http-site.ts'
import { publish } from '../../steps/http/publish.ts'
import { sampleCrl, siteWorld, type SiteWorld } from '../unit/steps/http/site-world.ts'
import { type ContractFailure, stepContract, type ContractWorld } from './step-contract.ts'

const path = 'root.crl'
const { signal } = new AbortController()
const wanted = { path, content: sampleCrl(2).pem, as: 'der' }
const worlds = new WeakMap<ContractWorld, SiteWorld>()

stepContract(publish, () => arranged(wanted), {
  failures: [
    fault('apply', 'PUT', 'fail', 'transient', true),
    fault('apply', 'PUT', 'deny', 'denied'),
    fault('apply', 'PUT', 'clock-skew', 'denied'),
    fault('apply', 'PUT', 'throttle', 'throttled'),
    fault('apply', 'PUT', 'reset-before', 'transient', true),
    fault('apply', 'PUT', 'reset-after', 'transient', true),
    fault('check', 'GET', 'reset-before', 'transient'),
    fault('check', 'GET', 'fail', 'transient'),
    {
      title: 'another content that appeared meanwhile',
      during: 'apply',
      provoke: ({ target }) => (target as HttpSite).put(path, sampleCrl(9).der, 'application/pkix-crl', signal),
      code: 'conflict',
    },
  ],
})

stepContract(publish, () => arranged({ ...wanted, replace: true }, 1), {
  firstLook: 'different',
  failures: [
    fault('apply', 'PUT', 'reset-after', 'transient', true),
    {
      title: 'another content that replaced the one seen',
      during: 'apply',
      provoke: ({ target }) => (target as HttpSite).put(path, sampleCrl(9).der, 'application/pkix-crl', signal),
      code: 'conflict',
    },
  ],
})

stepContract(fetch, () => arranged({ url: path, pemLabel: 'X509 CRL' }, 1), {
  failures: [fault('check', 'GET', 'throttle', 'throttled'), fault('check', 'GET', 'reset-after', 'transient')],
})

function fault(
  during: 'check' | 'apply',
  operation: string,
  name: FaultName,
  code: ContractFailure['code'],
  outcomeUnknown = false,
): ContractFailure {
  const provoke = (world: ContractWorld): void => void worlds.get(world)?.faults.set(operation, name)
  return { title: `${name} at ${operation}`, during, provoke, code, outcomeUnknown }
}

/** @param published number of the CRL that is there already */
async function arranged(inputs: JsonObject, published?: number): Promise<ContractWorld> {
  const world = await siteWorld()
  const target = await world.site({ authorization: true })
  if (published !== undefined) await target.put(path, sampleCrl(published).der, 'application/pkix-crl', signal)
  const { authorization = '' } = await world.entry({ authorization: true })
  const contract: ContractWorld = {
    target,
    inputs,
    async fingerprint() {
      const there = await target.look(path, signal)
      return there === undefined ? 'nothing' : `${there.contentType} ${Buffer.from(there.bytes).toString('hex')}`
    },
    secrets: [await readFile(authorization.slice('file:'.length), 'utf8')],
    close: () => world.close(),
  }
  worlds.set(contract, world)
  return contract
}
