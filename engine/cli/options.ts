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
  confirm: {
    type: 'string',
    multiple: true,
    value: 'STEP=VALUE',
    summary: 'what is typed at a point of no return, or behind a step that a person does',
  },
  evidence: {
    type: 'string',
    multiple: true,
    value: 'STEP=FILE',
    summary: 'the file that goes with a step that a person does',
  },
  'override-window': {
    type: 'string',
    value: 'REASON',
    summary: 'go on outside of the maintenance window; people have to approve it',
  },
  wait: { type: 'boolean', summary: 'wait for approvals to come in, also without a terminal' },
  until: { type: 'string', value: 'STEP', summary: 'pause behind this step, resumable' },
  to: {
    type: 'string',
    value: 'TARGET',
    summary:
      'how far: with `undo`, the last step to take back; with `handover`, the state folder that goes on with the run, by its id or its path',
  },
  undo: {
    type: 'string',
    value: 'RUN',
    summary: 'instead: show what taking this run back would do, and where it would stop',
  },
  done: { type: 'boolean', summary: 'it was done; needs --outputs' },
  'not-done': { type: 'boolean', summary: 'it was not done: it is tried again' },
  outputs: { type: 'string', value: 'FILE', summary: 'what the step gave, as YAML or JSON, by name of the output' },
  accept: {
    type: 'string',
    value: 'FOLDER',
    summary: 'go on here with a run that was handed over to this state folder',
  },
  id: { type: 'boolean', summary: 'print the id of this state folder, to which a run can be handed over' },
  'credential-changed': {
    type: 'string',
    multiple: true,
    value: 'BINDING',
    summary: 'its refused credential was mended: try it again',
  },
  out: {
    type: 'string',
    value: 'FILE',
    summary:
      'write what was made to a new file: a plan, for review and `runbook apply`; an answer, for `runbook approve --import`',
  },
  key: {
    type: 'string',
    value: 'FILE',
    summary:
      'the SSH key to sign with, or the public half of one in the agent (default $RUNBOOK_APPROVAL_KEY, else the first in ~/.ssh)',
  },
  as: {
    type: 'string',
    value: 'PRINCIPAL',
    summary: 'who signs (default whose key it is, else who the environment says that this user is)',
  },
  approve: { type: 'boolean', summary: 'answer yes without asking; needs --digest' },
  reject: { type: 'boolean', summary: 'answer no without asking; needs --reason' },
  reason: { type: 'string', value: 'TEXT', summary: 'why, for the record' },
  digest: { type: 'string', value: 'HEX', summary: 'SHA-256 of the text that was reviewed' },
  export: { type: 'string', value: 'FILE', summary: 'write the request to a new file, to be answered elsewhere' },
  request: { type: 'string', value: 'FILE', summary: 'answer an exported request; needs no state folder' },
  import: { type: 'string', value: 'FILE', summary: 'hand in an answer that was given elsewhere' },
  fault: {
    type: 'string',
    multiple: true,
    value: 'SERVICE.OPERATION[#N]=FAULT[xN]',
    summary:
      'inject a fault, such as acm-pca.IssueCertificate=throttlex3; #N: in the N-th call, such as pkcs11.C_Sign#2=lost; also what a service does by itself, such as cloudhsm.InitializeCluster=replaced',
  },
  against: {
    type: 'string',
    value: 'FILE',
    summary: 'the environment whose maintenance windows the time is held against; nothing in it is opened',
  },
  'crash-everywhere': {
    type: 'boolean',
    summary:
      'instead: lose the power just before and just after each record and each effect, go on from each disk that this leaves, and say what was doubled, lost or leaked',
  },
  'fault-everywhere': {
    type: 'boolean',
    summary: 'instead, or as well: have each fault in each call of a simulator or token, and resume where that stops',
  },
  sample: {
    type: 'string',
    value: 'N',
    summary: 'of those, N only, drawn by a seed that is shown (RUNBOOK_TEST_SEED draws the same ones again)',
  },
  dir: { type: 'string', value: 'DIR', summary: 'where the sandbox lives; the same DIR brings the same world back' },
  'until-stdin-closes': { type: 'boolean', summary: 'stop when standard input ends, as well as on a signal' },
  head: {
    type: 'string',
    value: 'RECORDS:HASH',
    summary: 'a journal head as it was printed, or its hash alone: must be in the journal',
  },
  from: { type: 'string', value: 'N', summary: 'begin with record N, counted from 0' },
  follow: { type: 'boolean', summary: 'go on showing what happens, a line a change, until the run ends' },
  json: { type: 'boolean', summary: 'print JSON on stdout: long runs an event a line, the last line the result' },
  'no-color': { type: 'boolean', summary: 'no colours; NO_COLOR and FORCE_COLOR work as well' },
  help: { type: 'boolean', short: 'h', summary: 'show this' },
} as const satisfies { readonly [name: string]: OptionDeclaration }

export type OptionName = keyof typeof options

/** Taken by every command. */
export const commonOptions = ['json', 'no-color', 'help'] as const satisfies readonly OptionName[]
