import { dirname, resolve } from 'node:path'
import type { Report } from '../diagnostics/collector.ts'
import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import { count, listNames } from '../diagnostics/list-names.ts'
import { readSource } from '../diagnostics/read-source.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { entriesOf, itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { readAllowedSigners } from './allowed-signers.ts'
import type { AllowedSignersFile, Environment, ExceptionRule } from './environment.ts'

/** The role that approves exceptions where an environment names none. */
const standardExceptionRole = 'change-approver'

type People = Pick<Environment, 'approverSpans' | 'operators' | 'allowedSigners' | 'revokedKeys' | 'exceptions'>

/** Reads who people are and what they may be at once, and reads the file with their keys. */
export async function readPeople(root: MapNode, source: SourceFile, report: Report): Promise<People> {
  const approvers = member(root, 'approvers')
  const approverSpans = new Map(entriesOf(approvers).map(([role, { value }]) => [role, spansOf(value)]))
  refuseSharedRoles(member(root, 'separateRoles'), approverSpans, report)
  const operators = entriesOf(member(root, 'operators')).flatMap(([user, { value }]) => {
    const principal = stringOf(value)
    return principal === undefined ? [] : [[user, principal] as const]
  })
  const revoked = stringOf(member(root, 'revokedKeys'))
  return {
    approverSpans,
    operators: new Map(operators),
    allowedSigners: await readSigners(member(root, 'allowedSigners'), source, report),
    revokedKeys: revoked === undefined ? undefined : resolve(dirname(source.path), revoked),
    exceptions: readExceptions(member(root, 'exceptions'), approverSpans, report),
  }
}

type ApproverSpans = Environment['approverSpans']

function spansOf(names: Node): ReadonlyMap<string, Span> {
  return new Map(
    itemsOf(names).flatMap((node) => {
      const name = stringOf(node)
      return name === undefined ? [] : [[name, node.span] as const]
    }),
  )
}

/** Marks a name in the later role, whichever way round the roles are named. */
function refuseSharedRoles(node: Node | undefined, approvers: ApproverSpans, report: Report): void {
  for (const group of itemsOf(node)) {
    const named = itemsOf(group).flatMap((item) => knownRole(item, approvers, report) ?? [])
    const roles = [...approvers.keys()].filter((role) => named.includes(role))
    for (const [at, later] of roles.entries()) {
      for (const earlier of roles.slice(0, at)) {
        for (const [name, span] of approvers.get(later) ?? []) {
          if (approvers.get(earlier)?.has(name) !== true) continue
          const message = `\`${name}\` has roles ${listNames([earlier, later], 'and')}, which \`separateRoles\` keeps apart`
          report({ code: 'shared-role', message, hint: 'name somebody else in one of them', span })
        }
      }
    }
  }
}

/** The role's name, where there is such a role; else it is reported. */
function knownRole(node: Node | undefined, approvers: ApproverSpans, report: Report): string | undefined {
  const role = stringOf(node)
  if (node === undefined || role === undefined || approvers.has(role)) return role
  const message = `role \`${role}\` is not under \`approvers\``
  const hint = suggest(role, approvers.keys()).hint ?? 'name it there, with who has it'
  report({ code: 'unknown-approver-role', message, hint, span: node.span })
  return undefined
}

function readExceptions(node: Node | undefined, approvers: ApproverSpans, report: Report): ExceptionRule {
  const role = knownRole(member(node, 'role'), approvers, report) ?? standardExceptionRole
  const wanted = member(node, 'count')
  if (wanted?.kind !== 'scalar' || typeof wanted.value !== 'number') return { role, count: undefined }
  const people = approvers.get(role)?.size ?? 0
  if (approvers.has(role) && people < wanted.value) {
    const message = `exceptions need ${count(wanted.value, 'approver')} of role \`${role}\`, found ${people}`
    report({
      code: 'missing-approvers',
      message,
      hint: `name them under \`approvers\`: \`${role}\``,
      span: wanted.span,
    })
  }
  return { role, count: wanted.value }
}

async function readSigners(
  node: Node | undefined,
  source: SourceFile,
  report: Report,
): Promise<AllowedSignersFile | undefined> {
  const named = stringOf(node)
  if (node === undefined || named === undefined || named === '') return undefined
  const path = resolve(dirname(source.path), named)
  const { source: file, diagnostics } = await readSource(path)
  if (file === undefined) {
    for (const { message } of diagnostics) {
      const hint = 'name a file in the format of ssh-keygen(1), ALLOWED SIGNERS, relative to the environment'
      report({ code: 'unreadable-signers', message: `allowed signers \`${named}\`: ${message}`, hint, span: node.span })
    }
    return undefined
  }
  const { signers, broken } = readAllowedSigners(file.text)
  for (const line of broken) {
    const message = `allowed signers \`${named}\`: line ${line} names no principal and key`
    const hint = 'write `alice ssh-ed25519 AAAA…`, as in ssh-keygen(1), ALLOWED SIGNERS'
    report({ code: 'unreadable-signers', message, hint, span: node.span })
  }
  return { path, sha256: file.sha256, signers }
}
