/** Imported on use. Of the SDK's hundreds of operations the build takes these. */
export { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
