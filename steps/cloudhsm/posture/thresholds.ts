import { Type, type Static } from 'typebox'
import type { Limits } from './finding.ts'

const limits = (what: string, { warn, bad }: Limits) =>
  Type.Optional(
    Type.Object(
      {
        warn: Type.Number({ description: 'From where on it is worth a warning' }),
        bad: Type.Number({ description: 'From where on it is bad' }),
      },
      { description: `${what}. Absent: warned of at ${warn}, bad at ${bad}`, additionalProperties: false },
    ),
  )

const standard = {
  backupHours: { warn: 26, bad: 50 },
  makingHours: { warn: 2, bad: 12 },
  copyDays: { warn: 31, bad: 62 },
  quorumHeadroom: { warn: 2, bad: 1 },
  certificateDays: { warn: 90, bad: 30 },
  crlDays: { warn: 7, bad: 2 },
} as const

/** What a cluster is held against. */
export const thresholds = Type.Object(
  {
    hsms: Type.Optional(
      Type.Integer({
        description:
          'How many HSMs it has when all is well. 0: it is offline, and its newest backup must never expire. Absent: 2',
        minimum: 0,
      }),
    ),
    zones: Type.Optional(
      Type.Integer({
        description: 'In how many Availability Zones they stand. Absent: 2, or as many as HSMs',
        minimum: 0,
      }),
    ),
    copies: Type.Optional(
      Type.Boolean({ description: 'Whether copies are wanted in the other Region. Absent: they are' }),
    ),
    backupHours: limits('Hours since the newest READY backup, of a cluster with HSMs', standard.backupHours),
    makingHours: limits('Hours since a backup that is still being made was begun', standard.makingHours),
    copyDays: limits('Days since the contents of the newest READY copy were saved', standard.copyDays),
    quorumHeadroom: limits('Admins who can approve, beyond the quorum value: fewer than', standard.quorumHeadroom),
    certificateDays: limits('Days that a certificate is valid for: fewer than', standard.certificateDays),
    crlDays: limits('Days until the next CRL is due: fewer than', standard.crlDays),
    clientVersion: Type.Optional(
      Type.String({
        description: 'The oldest version of the client software that is good. Absent: `5.17.0`',
        pattern: '^[0-9]+([.][0-9]+){1,3}$',
        'x-runbook-wants': 'a version such as `5.17.0`',
      }),
    ),
  },
  { description: 'What it is held against; each has a standard', additionalProperties: false },
)

/** {@link thresholds}, complete. */
export type Thresholds = Required<Static<typeof thresholds>>

/** Fills in what a runbook did not say. */
export function completeThresholds(said: Static<typeof thresholds> = {}): Thresholds {
  const hsms = said.hsms ?? 2
  return { hsms, zones: Math.min(2, hsms), copies: true, clientVersion: '5.17.0', ...standard, ...said }
}
