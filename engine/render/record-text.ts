import type { Json } from '../journal/json.ts'

/** What a record says, in a few words: `started, effect \`RUN.abc\``. The step's name, where there is one, is the caller's to put before it. */
export function recordText(key: string, value: Json): string {
  const [scope = '', ...rest] = key.split('/')
  const kind = scope === 'step' ? rest.slice(1) : [scope, ...rest]
  const words = kind.filter((part) => !/^\d+$/.test(part)).join(' ')
  const text = textOf(words, membersOf(value))
  return text ?? words
}

type Members = (name: string) => string

/** @returns `undefined`: the key's own words say it */
function textOf(words: string, of: Members): string | undefined {
  switch (words) {
    case 'run begun':
      return 'begun'
    case 'process':
      return `process ${of('pid')} of ${of('user')} on ${of('host')} works on it`
    case 'run ended':
      return `ended${of('outcome') === '' ? '' : `: ${of('outcome')}`}`
    case 'undo begun':
      return `being taken back, by ${of('by')}`
    case 'undo ended':
      return 'taken back'
    case 'run closed':
      return `stopped before anything was started: ${of('because')}`
    case 'run handed-over':
      return 'handed over to another state folder'
    case 'run accepted':
      return 'taken over from another state folder'
    case 'when':
      return of('holds') === 'true' ? '`when` holds' : 'skipped: `when` does not hold'
    case 'items':
      return 'items listed'
    case 'attendance':
      return `people must be there: ${of('people')}`
    case 'until':
      return `waits until ${timeOf(of('until'))}`
    case 'started':
      return `begun, effect \`${of('effectId')}\``
    case 'answered':
      return 'answered'
    case 'again':
      return 'sent again'
    case 'failed':
      return `failed: ${of('message')} (${of('code')})`
    case 'gave-up':
      return `given up: ${of('message')} (${of('code')})`
    case 'succeeded':
      return `done (${of('how')})`
    case 'confirmed':
      return 'point of no return confirmed'
    case 'resolution':
      return `${of('by')} claims that it was ${of('claim') === 'done' ? 'done' : 'not done'}: ${of('reason')}`
    case 'override':
      return `${of('by')} asks to do it now although ${of('why')}: ${of('reason')}`
    case 'undo started':
      return 'undo begun'
    case 'undo failed':
      return `undo failed: ${of('message')} (${of('code')})`
    case 'undo done':
      return 'undone'
  }
  return openedText(words) ?? approvalText(words, of)
}

function openedText(words: string): string | undefined {
  const [, binding] = /^process target (\w+)$/.exec(words) ?? []
  return binding === undefined ? undefined : `opened binding \`${binding}\`, which the run made`
}

function approvalText(words: string, of: Members): string | undefined {
  const [, about = '', what] = /^(resolution |override )?approval (requested|given|rejected)$/.exec(words) ?? []
  const subject = about === '' ? '' : ` of the ${about.trim()}`
  if (what === undefined) return undefined
  if (what === 'requested') return `approval${subject} asked of \`${of('role')}\`, ${of('count')} needed`
  const who = `${subject === '' ? '' : `${subject},`} by ${of('by')}`
  return what === 'given' ? `approved${who}` : `rejected${who}: ${of('reason')}`
}

function timeOf(ms: string): string {
  return new Date(Number(ms)).toISOString()
}

/** A member as text; empty when it is not there. */
function membersOf(value: Json): Members {
  return (name) => {
    if (typeof value !== 'object' || value === null || !(name in value)) return ''
    const member = (value as Readonly<Record<string, Json>>)[name] // an object or a list, which has no such names
    if (Array.isArray(member)) return member.map(String).join(', ')
    return typeof member === 'string' ? member : JSON.stringify(member)
  }
}
