import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { needs } from '../../../../engine/bootstrap/system-packages.mjs'
import type { Sandbox } from './sandbox.ts'

/** The AWS CLI of the distribution: others on the path may be shims of a Python that is not there. */
const program = needs.find(({ programs }) => programs.includes('aws'))?.files?.find(existsSync)

/** False: nothing can be judged here by the AWS CLI. */
export const hasAwsCli = program !== undefined && process.versions.bun === undefined
if (program === undefined) console.log('skipped: the AWS CLI (package awscli) is not installed')
else if (!hasAwsCli) console.log('skipped on Bun: whole lives with the AWS CLI, for time; Node does them')

/** Lets the AWS CLI ask the sandbox, in another Region of its key where one is given. @returns what it printed, parsed */
export async function awsCli(
  { endpoint, entry }: Pick<Sandbox, 'endpoint' | 'entry'>,
  args: readonly string[],
): Promise<unknown> {
  const { region, credentials } = entry as {
    readonly region: string
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  }
  const home = mkdtempSync(join(tmpdir(), 'runbook-aws-cli-'))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: readFileSync(credentials.secretAccessKey.slice('file:'.length), 'utf8'),
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  }
  try {
    const words = [...args, '--endpoint-url', endpoint, '--output', 'json', '--no-cli-pager']
    const { stdout } = await promisify(execFile)(program ?? 'aws', words, { env })
    return stdout === '' ? undefined : JSON.parse(stdout)
  } finally {
    rmSync(home, { recursive: true })
  }
}
