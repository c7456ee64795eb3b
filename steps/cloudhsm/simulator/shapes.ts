import { boolean, enumeration, integer, list, map, string, structure } from '../../aws/simulator/shapes.ts'

// Names and required members are compared with the published model by a test; lengths and patterns are of the API's reference.

const id = (kind: string) => string({}, new RegExp(`^${kind}-[2-7a-zA-Z]{11,16}$`))
const clusterId = id('cluster')
const backupId = id('backup')
const backupArn = /arn:aws(-(cn|us-gov|iso|iso-b))?:cloudhsm:[a-z0-9-]+:[0-9]{12}:backup\/backup-[2-7a-zA-Z]{11,16}/
const backupIdOrArn = string({}, new RegExp(`^(backup-[2-7a-zA-Z]{11,16}|${backupArn.source})$`))
const resourceId = string({}, /^(cluster|backup)-[2-7a-zA-Z]{11,16}$/)
const hsmType = string({ max: 32 }, /^((p|)hsm[0-9][a-z.]*\.[a-zA-Z]+)$/)
const mode = enumeration('FIPS', 'NON_FIPS')
const ipv4 = string({}, /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/)
const region = string({}, /^[a-z]{2}(-(gov|iso[a-z]?))?-[a-z]+-\d$/)
const nextToken = string({ max: 256 })
const pem = string({ max: 20_000 }, /^[a-zA-Z0-9+-/=\s]*$/)

const tagKey = string({ min: 1, max: 128 })
export const tags = list(structure({ 'Key*': tagKey, 'Value*': string({ min: 0, max: 256 }) }), { min: 1, max: 50 })

export const retention = structure({ Type: enumeration('DAYS'), Value: string({ min: 1, max: 3 }, /^[0-9]+$/) })
const filters = map(string({}, /^[a-zA-Z0-9_-]+$/), list(string()))

/** The requests of all 18 operations. */
export const operations = {
  CopyBackupToRegion: structure({ 'DestinationRegion*': region, 'BackupId*': backupId, TagList: tags }),
  CreateCluster: structure({
    'HsmType*': hsmType,
    'SubnetIds*': list(string({}, /^subnet-[0-9a-fA-F]{8,17}$/), { min: 1, max: 10 }),
    SourceBackupId: backupIdOrArn,
    BackupRetentionPolicy: retention,
    NetworkType: enumeration('IPV4', 'DUALSTACK'),
    TagList: tags,
    Mode: mode,
  }),
  CreateHsm: structure({
    'ClusterId*': clusterId,
    'AvailabilityZone*': string({}, /^[a-z]{2}(-(gov|iso[a-z]?))?-[a-z]+-\d[a-z]$/),
    IpAddress: ipv4,
  }),
  DeleteBackup: structure({ 'BackupId*': backupId }),
  DeleteCluster: structure({ 'ClusterId*': clusterId }),
  DeleteHsm: structure({
    'ClusterId*': clusterId,
    HsmId: id('hsm'),
    EniId: string({}, /^eni-[0-9a-fA-F]{8,17}$/),
    EniIp: ipv4,
  }),
  DeleteResourcePolicy: structure({ ResourceArn: string() }),
  DescribeBackups: structure({
    NextToken: nextToken,
    MaxResults: integer({ min: 1, max: 50 }),
    Filters: filters,
    Shared: boolean,
    SortAscending: boolean,
  }),
  DescribeClusters: structure({ Filters: filters, NextToken: nextToken, MaxResults: integer({ min: 1, max: 25 }) }),
  GetResourcePolicy: structure({ ResourceArn: string() }),
  InitializeCluster: structure({ 'ClusterId*': clusterId, 'SignedCert*': pem, 'TrustAnchor*': pem }),
  ListTags: structure({
    'ResourceId*': resourceId,
    NextToken: nextToken,
    MaxResults: integer({ min: 1, max: 100 }),
  }),
  ModifyBackupAttributes: structure({ 'BackupId*': backupId, 'NeverExpires*': boolean }),
  ModifyCluster: structure({ 'ClusterId*': clusterId, BackupRetentionPolicy: retention, HsmType: hsmType }),
  PutResourcePolicy: structure({ ResourceArn: string(), Policy: string({ min: 1, max: 20_000 }) }),
  RestoreBackup: structure({ 'BackupId*': backupId }),
  TagResource: structure({ 'ResourceId*': resourceId, 'TagList*': tags }),
  UntagResource: structure({ 'ResourceId*': resourceId, 'TagKeyList*': list(tagKey, { min: 1, max: 50 }) }),
} as const
