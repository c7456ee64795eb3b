import { localDisk } from '../../journal/disk.ts'
import { count } from '../../diagnostics/list-names.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import { type Anchor, readAnchor, verifyJournal } from '../../journal/verify-journal.ts'
import type { PlacedEntry } from '../../journal/entry.ts'
import { chunksOf } from '../../journal/read-journal.ts'
import { Scanner } from '../../journal/scanner.ts'
import { columns } from '../../render/columns.ts'
import { renderRecord } from '../../render/render-record.ts'
import { journalPath, listRunIds, lookIntoStateFolder, type StateFolder } from '../../run/state-folder.ts'
import { matchRunId } from '../choose-run.ts'
import type { Command, Surroundings } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import type { Arguments } from '../parse-arguments.ts'
import { printResult } from '../print-result.ts'
import { statePath } from '../state-argument.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook journal`: looks at the record of a run. Needs no lock, no environment and no secret, and writes nothing. */
export const journal: Command = {
  name: 'journal',
  summary:
    'verifies the record of a run, or shows it; of the newest run when none is named. `verify` reads every line and compares with a head that was printed or approved',
  operands: 'verify|show [RUN]',
  example: 'runbook journal verify --head 42:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  options: ['head', 'from', 'state'],
  async run(args, surroundings) {
    const [action, given, extra] = args.operands
    if (extra !== undefined) throw new UsageError(`\`${extra}\` is one too many`)
    if (action !== 'verify' && action !== 'show')
      throw new UsageError(
        action === undefined ? 'neither `verify` nor `show` is named' : `there is no \`journal ${action}\``,
        action === undefined ? undefined : suggest(action, ['verify', 'show']).hint,
      )
    const state = lookIntoStateFolder(statePath(args))
    const ids = await listRunIds(state)
    const run = given === undefined ? ids.at(-1) : matchRunId(given, ids, state)
    if (run === undefined) return nothingThere(args, state, surroundings)
    if (action === 'verify') return verify(args, state, run, surroundings)
    return show(args, journalPath(state, run), surroundings)
  },
}

async function verify(args: Arguments, state: StateFolder, run: string, { stdout }: Surroundings): Promise<ExitCode> {
  if (args.value('from') !== undefined) throw new UsageError('`--from` has no meaning for `journal verify`')
  const path = journalPath(state, run)
  const verified = await verifyJournal(path, anchorOf(args))
  const { head, length, beganAt, torn, anchoredAt } = verified
  if (args.flag('json')) {
    printResult(stdout, exitCodes.done, { run, path, ...verified })
    return exitCodes.done
  }
  const rows = [
    ['run', run],
    ['journal', path],
    ['records', `${head.records}, ${count(length, 'byte')}, written from ${beganAt} to ${head.at}`],
    ['head', `${head.records}:${head.hash}`],
    ['chain', 'whole: each record fits its hash and follows the one before it'],
    ...(torn === undefined ? [] : [['torn end', tornText(torn)]]),
    ['anchor', anchorText(anchoredAt, head.records)],
  ]
  stdout.write(`${columns(rows).join('\n')}\n`)
  return exitCodes.done
}

function tornText({ offset, length }: { readonly offset: number; readonly length: number }): string {
  return `${count(length, 'byte')} from byte ${offset} on: a write on its way, or cut off by a crash; \`runbook resume\` sets it aside`
}

function anchorText(anchoredAt: number | undefined, records: number): string {
  if (anchoredAt === undefined) return 'none given: only a head that was kept elsewhere (`--head`) shows tampering'
  if (anchoredAt === records) return 'it is the head'
  return `it is record ${anchoredAt}; ${count(records - anchoredAt, 'record')} came after it`
}

/** Record by record as the file is read, and no faster than they are taken from us. */
async function show(args: Arguments, path: string, { stdout }: Surroundings): Promise<ExitCode> {
  if (args.value('head') !== undefined) throw new UsageError('`--head` has no meaning for `journal show`')
  const from = fromOf(args)
  const json = args.flag('json')
  let records = 0
  const scanner = new Scanner(path, (entry) => {
    records += 1
    if (entry.seq >= from) stdout.write(json ? recordJson(entry) : renderRecord(entry, stdout.paint))
  })
  for await (const chunk of chunksOf(localDisk, path)) {
    scanner.feed(chunk)
    await stdout.flush()
  }
  const { torn } = scanner.end()
  const length = torn.bytes.length
  if (json)
    printResult(stdout, exitCodes.done, { records, torn: length === 0 ? null : { offset: torn.offset, length } })
  else if (length > 0) stdout.write(`torn end: ${tornText({ offset: torn.offset, length })}\n`)
  return exitCodes.done
}

function recordJson({ seq, at, key, valueText, prev, hash }: PlacedEntry): string {
  const members = JSON.stringify({ type: 'record', seq, at, key }).slice(0, -1)
  return `${members},"value":${valueText},"prev":"${prev}","hash":"${hash}"}\n`
}

function anchorOf(args: Arguments): Anchor | undefined {
  const text = args.value('head')
  if (text === undefined) return undefined
  const anchor = readAnchor(text)
  if (anchor === undefined)
    throw new UsageError(
      `\`--head\` wants the number of records and the hash of the last one, found \`${text}\``,
      'write RECORDS:HASH as `journal head` was printed, or the HASH of 64 hex digits alone',
    )
  return anchor
}

function fromOf(args: Arguments): number {
  const text = args.value('from') ?? '0'
  if (!/^\d{1,15}$/.test(text))
    throw new UsageError(`\`--from\` wants the number of a record, counted from 0, found \`${text}\``)
  return Number(text)
}

function nothingThere(args: Arguments, state: StateFolder, { stdout, stderr }: Surroundings): ExitCode {
  if (args.flag('json')) printResult(stdout, exitCodes.done, { run: null })
  else stderr.write(`there is no run in ${state.path}\n`)
  return exitCodes.done
}
