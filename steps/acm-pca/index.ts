import type { Family } from '../../engine/step/family.ts'
import { createCa } from './create-ca.ts'
import { getCsr } from './get-csr.ts'
import { importCaCertificate } from './import-ca-certificate.ts'
import { issueCertificate } from './issue-certificate.ts'
import { revokeCertificate } from './revoke-certificate.ts'

/** AWS Private CA. */
export const acmPca: Family = {
  name: 'acm-pca',
  summary: 'CAs in AWS Private CA',
  stepTypes: [createCa, getCsr, importCaCertificate, issueCertificate, revokeCertificate],
  bindingKinds: [],
  simulators: [
    async () => {
      const { awsSimulator } = await import('../aws/simulator/aws-simulator.ts')
      const { acmPcaService } = await import('./simulator/service.ts')
      return awsSimulator([acmPcaService()])
    },
  ],
}
