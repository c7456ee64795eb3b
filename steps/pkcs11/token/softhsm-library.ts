import { existsSync } from 'node:fs'
import { StepError } from '../../../engine/step/errors.ts'

/** Where packages put SoftHSM's library: Debian, Fedora, Arch and source builds, Homebrew. */
const places = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib64/libsofthsm2.so',
  '/usr/lib/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

/**
 * Finds SoftHSM's PKCS#11 library: `RUNBOOK_SOFTHSM_MODULE`, else where packages put it.
 *
 * @throws {StepError} `not-found`, with the names of packages
 */
export function findSoftHsmLibrary(variable = process.env['RUNBOOK_SOFTHSM_MODULE']): string {
  const found = variable === undefined ? places.find((path) => existsSync(path)) : variable
  if (found !== undefined && existsSync(found)) return found
  throw new StepError(
    'not-found',
    `SoftHSM 2 is not installed: no library at ${found === undefined ? 'the usual places' : `\`${found}\``}`,
    {
      hint: 'install it (`apt-get install softhsm2`, `dnf install softhsm`, `brew install softhsm`), or name the library in `RUNBOOK_SOFTHSM_MODULE`',
    },
  )
}
