import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { StepError } from '../step/errors.ts'

export interface SshKeygenUse {
  /** What it reads on standard input. */
  readonly input: string
  /** Arguments of `ssh-keygen`. */
  readonly args: readonly string[]
  /** True: it may ask on the terminal for a passphrase, a PIN or a touch, and its messages go there. */
  readonly terminal?: boolean
  readonly signal?: AbortSignal | undefined
  /** True: it ends with 1 to say something, and not because it does not know an option. */
  readonly endsWithOne?: boolean
}

export interface SshKeygenEnd {
  readonly exitCode: number | null
  readonly stdout: string
  /** Its last words, one line; empty when they went to the terminal. */
  readonly said: string
}

/**
 * Runs the `ssh-keygen` of the path, without a shell. Not a process group of its own: that would have no terminal to ask on.
 *
 * @throws {StepError} `not-found` when there is none; `invalid` when it is too old; `cancelled`
 */
export async function runSshKeygen(use: SshKeygenUse): Promise<SshKeygenEnd> {
  const { input, args, terminal = false, signal, endsWithOne = false } = use
  const child = spawn('ssh-keygen', args, {
    env: sshEnvironment(),
    stdio: ['pipe', 'pipe', terminal ? 'inherit' : 'pipe'],
    signal,
  })
  const ended = once(child, 'close')
  child.stdin?.on('error', () => {}) // it may end without reading; its exit code tells why
  child.stdin?.end(input)
  try {
    const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr), ended])
    const exitCode = child.exitCode
    if (exitCode === usageExitCode && !endsWithOne)
      throw new StepError('invalid', '`ssh-keygen` is too old to sign and verify texts (`ssh-keygen -Y`)', {
        hint: `install OpenSSH ${leastVersion} or later`,
      })
    return { exitCode, stdout, said: lastLine(stderr) }
  } catch (error) {
    throw startError(error)
  }
}

async function read(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream)
}

/** What it exits with when it does not know an option; everything that it refuses is 255. */
const usageExitCode = 1

/** The first with everything that is used here: `-Y find-principals`, `-O verify-time`, validity in `allowed_signers`. */
const leastVersion = '8.7'

/** What OpenSSH reads of the environment: nothing of ours. */
function sshEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) =>
    /^(SSH_|DISPLAY$|WAYLAND_DISPLAY$|XDG_RUNTIME_DIR$)/.test(name),
  )
  return Object.fromEntries(
    ['PATH', 'HOME', 'USER', 'TERM', 'TZ', ...names].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function lastLine(stderr: string): string {
  return stderr.trim().split(/\r?\n/).at(-1) ?? ''
}

function startError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error.name === 'AbortError') return new StepError('cancelled', '`ssh-keygen` was stopped on request')
  if (!('code' in error) || error.code !== 'ENOENT') return error
  return new StepError('not-found', 'program `ssh-keygen` is not installed', {
    hint: 'install OpenSSH: `openssh-client` on Debian and Ubuntu, `openssh` on Fedora and Homebrew',
  })
}
