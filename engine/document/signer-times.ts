import type { AllowedSigner } from './allowed-signers.ts'

/**
 * When a line of an `allowed_signers` file counts, in milliseconds since the epoch: from `after` on, and before `before`.
 *
 * @see ssh-keygen(1), ALLOWED SIGNERS: `YYYYMMDD[HHMM[SS]][Z]`, of this machine's time zone without `Z`
 */
export function signerTimes({ validAfter, validBefore }: Pick<AllowedSigner, 'validAfter' | 'validBefore'>): {
  readonly after: number
  readonly before: number
} {
  return {
    after: validAfter === undefined ? Number.NEGATIVE_INFINITY : instant(validAfter, Number.POSITIVE_INFINITY),
    before: validBefore === undefined ? Number.POSITIVE_INFINITY : instant(validBefore, Number.NEGATIVE_INFINITY),
  }
}

/** @param never what makes a line count never: `ssh-keygen` passes over one with a time that it cannot read */
function instant(text: string, never: number): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/i.exec(text)
  if (parts === null) return never
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((each) => Number(each ?? 0))
  return parts[7] === ''
    ? new Date(year, month - 1, day, hour, minute, second).getTime()
    : Date.UTC(year, month - 1, day, hour, minute, second)
}
