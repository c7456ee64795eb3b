// @ts-check
/**
 * The simulated programs of the AWS CloudHSM client, SDK 5: `client-program.mjs NAME FOLDER ENDPOINT ARGUMENT…`, started by the scripts
 * in `FOLDER/bin`. Plain JavaScript that imports nothing but Node's own modules and the files beside it: each command is a
 * process, so it must start fast.
 */
import { runCli } from './client-cli.mjs'
import { configure } from './client-configure.mjs'
import { usageError } from './client-arguments.mjs'

const [, , name = '', folder = '', endpoint = '', ...args] = process.argv
/** The newest version of the SDK that the facts of this family were read of. */
const version = process.env['RUNBOOK_CLOUDHSM_CLIENT_VERSION'] ?? '5.17.0'

process.exitCode = await run()

async function run() {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${name} ${version}\n`)
    return 0
  }
  switch (name) {
    case 'cloudhsm-cli':
      return runCli({ folder, endpoint, args })
    case 'configure-cli':
    case 'configure-pkcs11':
      return configure({ tool: name.slice('configure-'.length), folder, endpoint, args })
    default:
      return usageError(`there is no program '${name}'`)
  }
}
