import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StepError } from '../../../../engine/step/errors.ts'
import type { Json } from '../../../../engine/step/json.ts'
import type { Secret } from '../../../../engine/step/secret.ts'
import { listAt, memberOf, numberAt } from '../answer.ts'
import { type CommandParts, logInTo, runIn } from '../command.ts'
import type { InteractiveSession } from '../interactive-session.ts'
import { startInteractive } from '../program.ts'
import { handOutFile, takeBackFiles } from './handed-out.ts'
import { type ApprovalSignature, type QuorumToken, readTokenFile, signedTokenFile } from './token-file.ts'

export type QuorumService = 'user' | 'quorum' | 'key-management'

interface TokenWanted {
  readonly clusterId: string
  /** Who has the token: the user who will do what is approved. */
  readonly as: string
  readonly service: QuorumService
  /** Of a service for keys: the key, as `--filter` takes it. */
  readonly key?: readonly string[] | undefined
  readonly effectId: string
  readonly signal: AbortSignal
  /** The run's clock. */
  now(): number
}

/** How long a token lives, where the cluster does not say. */
const tokenSeconds = 600

/** A token that was handed out. It lives in one login: with its session it is dead. */
interface QuorumRequest {
  readonly token: QuorumToken
  /** Process id of its session. */
  readonly pid: number
  /** Seconds until it expires, as the cluster says; `undefined`: it is dead. */
  secondsLeft(signal: AbortSignal): Promise<number | undefined>
}

/** Hands out quorum tokens and uses them, one an effect at a time. */
export interface QuorumDesk {
  /** Where tokens are handed out and signatures collected. Absolute. */
  readonly folder: string
  request(effectId: string): QuorumRequest | undefined
  /** How many tokens this process handed out for an effect. */
  handedOut(effectId: string): number
  /** Makes a new token for the effect, durable in the folder before it returns; the one before is dropped. */
  handOut(wanted: TokenWanted): Promise<QuorumToken>
  /**
   * Does what the token is for, and drops it: a token is used once.
   *
   * @param words of the command, without `--approval`
   * @param option how the command calls the signed token
   */
  use(
    wanted: Pick<TokenWanted, 'clusterId' | 'effectId' | 'signal'>,
    signatures: readonly ApprovalSignature[],
    command: { readonly words: readonly string[]; readonly newPassword?: Secret; readonly option?: string },
  ): Promise<Json>
  /** Forgets what was handed out for the effect. */
  drop(effectId: string): Promise<void>
  close(): Promise<void>
}

interface Held extends QuorumRequest {
  readonly session: InteractiveSession
  /** Of this token alone, mode 700. */
  readonly privateFolder: string
}

export function openDesk(folder: string, parts: CommandParts): QuorumDesk {
  const requests = new Map<string, Held>()
  const counts = new Map<string, number>()

  const drop = async (effectId: string): Promise<void> => {
    const held = requests.get(effectId)
    requests.delete(effectId)
    try {
      await takeBackFiles(folder, effectId)
    } finally {
      await held?.session.close()
      if (held !== undefined) await rm(held.privateFolder, { recursive: true, force: true })
    }
  }

  return {
    folder,
    request: (effectId) => requests.get(effectId),
    handedOut: (effectId) => counts.get(effectId) ?? 0,
    async handOut(wanted) {
      const { clusterId, as, service, effectId, signal } = wanted
      await drop(effectId)
      const privateFolder = await mkdtemp(join(tmpdir(), 'runbook-quorum-'))
      let session: InteractiveSession | undefined
      try {
        session = await startInteractive(parts.programs, clusterId, { signal, effectId })
        await logInTo(parts, session, clusterId, as, signal)
        const path = join(privateFolder, 'unsigned.token')
        const of = wanted.key === undefined ? [] : ['--filter', ...wanted.key]
        const words = ['quorum', 'token-sign', 'generate', '--service', service, '--token', path, ...of]
        const madeAt = wanted.now()
        await runIn(parts, session, { clusterId, words, signal })
        const token = readTokenFile(await readFile(path, 'utf8'))
        await handOutFile(folder, token, effectId)
        const secondsLeft = lifeOf(session, wanted, token, madeAt)
        requests.set(effectId, { token, pid: session.pid, session, privateFolder, secondsLeft })
        counts.set(effectId, (counts.get(effectId) ?? 0) + 1)
        return token
      } catch (error) {
        await session?.close()
        await rm(privateFolder, { recursive: true, force: true })
        throw error
      }
    },
    async use({ clusterId, effectId, signal }, signatures, { words, newPassword, option = '--approval' }) {
      const held = requests.get(effectId)
      if (held === undefined) throw new StepError('session', 'the quorum token is gone with its session')
      const path = join(held.privateFolder, 'signed.token')
      try {
        // now: whatever becomes of the command, the token is used
        await takeBackFiles(folder, effectId)
        await writeFile(path, signedTokenFile(held.token, signatures), { mode: 0o600 })
        const command = { clusterId, words: [...words, option, path], effectId, signal }
        return await runIn(parts, held.session, newPassword === undefined ? command : { ...command, newPassword })
      } finally {
        await drop(effectId)
      }
    },
    drop,
    async close() {
      for (const effectId of [...requests.keys()]) await drop(effectId)
    },
  }

  function lifeOf(
    session: InteractiveSession,
    { clusterId, as, service, now }: TokenWanted,
    { file }: QuorumToken,
    madeAt: number,
  ): QuorumRequest['secondsLeft'] {
    return async (signal) => {
      if (!session.open) return undefined
      const words = ['quorum', 'token-sign', 'list']
      const tokens = listAt(await runIn(parts, session, { clusterId, words, signal }).catch(orNothing), 'tokens')
      const own = tokens.find(
        (each) =>
          memberOf(each, 'username') === as &&
          memberOf(each, 'service') === service &&
          memberOf(each, 'key-reference') === file['key_reference'],
      )
      if (own === undefined) return undefined
      const left = numberAt(own, 'token-timeout-seconds') ?? tokenSeconds - Math.ceil((now() - madeAt) / 1000)
      return left > 0 ? left : undefined
    }
  }
}

/** A session that does not answer has lost its login, and the token with it. */
function orNothing(error: unknown): Json {
  if (StepError.is(error) && error.code === 'transient') return { tokens: [] }
  throw error
}
