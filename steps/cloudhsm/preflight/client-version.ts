import { definePreflightLook, type Finding } from '../../../engine/step/preflight.ts'
import { asCloudHsmClient } from '../hsm-client/client.ts'
import { clientFinding } from '../posture/client-finding.ts'

/** Older ones do not know what AWS has migrated clusters to. */
const oldest = '5.17.0'

/** Whether the client software is new enough. */
export const clientVersion = definePreflightLook({
  name: 'client-version',
  summary: 'Holds the version of the CloudHSM client against the oldest that is good',
  capability: 'hsm-client',
  async look(target): Promise<readonly Finding[]> {
    const { name, version } = asCloudHsmClient(target)
    const what = 'client version'
    if (clientFinding(name, version, oldest).verdict === 'good') return [{ what, verdict: 'good', detail: version }]
    return [
      { what, verdict: 'bad', detail: `${version}, wanted ${oldest} or later`, hint: 'install a newer Client SDK 5' },
    ]
  },
})
