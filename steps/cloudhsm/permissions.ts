/** What AWS does in the caller's name when it makes a cluster: its security group, and once in an account its role. */
export const makingClusters = [
  'cloudhsm:CreateCluster',
  'cloudhsm:TagResource',
  'cloudhsm:DescribeClusters',
  'iam:CreateServiceLinkedRole',
  'ec2:DescribeVpcs',
  'ec2:DescribeSubnets',
  'ec2:CreateSecurityGroup',
  'ec2:DescribeSecurityGroups',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:CreateTags',
] as const

/** What AWS does in the caller's name when it makes an HSM: its network interface. */
export const makingHsms = [
  'cloudhsm:CreateHsm',
  'cloudhsm:DescribeClusters',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeNetworkInterfaceAttribute',
] as const

/** The same the other way round. */
export const removingHsms = [
  'cloudhsm:DeleteHsm',
  'cloudhsm:DescribeClusters',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DetachNetworkInterface',
  'ec2:DeleteNetworkInterface',
] as const

/** The same the other way round. */
export const removingClusters = [
  'cloudhsm:DeleteCluster',
  'cloudhsm:DescribeClusters',
  'ec2:DescribeSecurityGroups',
  'ec2:DeleteSecurityGroup',
] as const
