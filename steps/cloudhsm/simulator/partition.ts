/** The partition that a Region is in: backups never leave it. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  if (region.startsWith('us-isob-')) return 'aws-iso-b'
  return region.startsWith('us-iso-') ? 'aws-iso' : 'aws'
}
