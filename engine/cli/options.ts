/** One option of the command line. */
export interface OptionDeclaration {
  readonly type: 'string' | 'boolean'
  /** May be given several times. */
  readonly multiple?: true
  readonly short?: string
  /** What stands for the value in help: `DIR`. */
  readonly value?: string
  readonly summary: string
}

/** Every option there is; a command names those it takes. The same name means the same everywhere. */
export const options = {
  state: {
    type: 'string',
    value: 'DIR',
    summary: 'where runs are kept, on a local file system (default $RUNBOOK_STATE, else ~/.local/state/runbook)',
  },
  env: { type: 'string', value: 'FILE', summary: 'the environment: what the bindings are at this site' },
  input: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    summary: 'an input; may be repeated, and goes before --inputs and the environment',
  },
  inputs: { type: 'string', multiple: true, value: 'FILE', summary: 'inputs as YAML or JSON' },
  yes: { type: 'boolean', summary: 'start without asking; never answers an approval, a point of no return or a doubt' },
  'approve-all': { type: 'boolean', summary: 'in a sandbox only: answer approvals and points of no return' },
  'credential-changed': {
    type: 'string',
    multiple: true,
    value: 'BINDING',
    summary: 'its refused credential was mended: try it again',
  },
  out: { type: 'string', value: 'FILE', summary: 'write the plan to a new file, for review and for `runbook apply`' },
  fault: {
    type: 'string',
    multiple: true,
    value: 'SERVICE.OPERATION=FAULT[xN]',
    summary: 'inject a fault, such as acm-pca.IssueCertificate=throttlex3',
  },
  dir: { type: 'string', value: 'DIR', summary: 'where the sandbox lives; the same DIR brings the same world back' },
  'until-stdin-closes': { type: 'boolean', summary: 'stop when standard input ends, as well as on a signal' },
  json: { type: 'boolean', summary: 'print JSON on stdout: long runs an event a line, the last line the result' },
  'no-color': { type: 'boolean', summary: 'no colours; NO_COLOR and FORCE_COLOR work as well' },
  help: { type: 'boolean', short: 'h', summary: 'show this' },
} as const satisfies { readonly [name: string]: OptionDeclaration }

export type OptionName = keyof typeof options

/** Taken by every command. */
export const commonOptions = ['json', 'no-color', 'help'] as const satisfies readonly OptionName[]
