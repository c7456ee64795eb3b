import type { Command } from './command.ts'

export interface CommandEntry {
  readonly summary: string
  /** Loaded on use: nobody pays for a command that does not run. */
  readonly load: () => Promise<Command>
}

/** In the order in which one needs them. */
export const commandTable: ReadonlyMap<string, CommandEntry> = new Map([
  [
    'validate',
    {
      summary: 'check files, without touching anything',
      load: async () => (await import('./commands/validate.ts')).validate,
    },
  ],
  [
    'rehearse',
    {
      summary: 'run a runbook end to end against a sandbox',
      load: async () => (await import('./commands/rehearse.ts')).rehearse,
    },
  ],
  [
    'plan',
    {
      summary: 'show what an apply would change, without changing it',
      load: async () => (await import('./commands/plan.ts')).plan,
    },
  ],
  [
    'preflight',
    {
      summary: 'look, days before, whether a run could go through',
      load: async () => (await import('./commands/preflight.ts')).preflight,
    },
  ],
  ['apply', { summary: 'do it, once', load: async () => (await import('./commands/apply.ts')).apply }],
  ['status', { summary: 'show how far a run is', load: async () => (await import('./commands/status.ts')).status }],
  [
    'resume',
    { summary: 'go on with a run that stopped', load: async () => (await import('./commands/resume.ts')).resume },
  ],
  [
    'approve',
    {
      summary: 'read what a step will do, and sign a yes or a no',
      load: async () => (await import('./commands/approve.ts')).approve,
    },
  ],
  [
    'resolve',
    {
      summary: 'say what became of a step in doubt',
      load: async () => (await import('./commands/resolve.ts')).resolve,
    },
  ],
  ['undo', { summary: 'take back what a run made', load: async () => (await import('./commands/undo.ts')).undo }],
  [
    'handover',
    {
      summary: 'let another state folder go on with a run',
      load: async () => (await import('./commands/handover.ts')).handover,
    },
  ],
  [
    'journal',
    {
      summary: 'verify or show the record of a run',
      load: async () => (await import('./commands/journal.ts')).journal,
    },
  ],
  [
    'sandbox',
    {
      summary: 'start the simulators and keep them running',
      load: async () => (await import('./commands/sandbox.ts')).sandbox,
    },
  ],
  ['steps', { summary: 'list step types, or show one', load: async () => (await import('./commands/steps.ts')).steps }],
  ['explain', { summary: 'explain an error code', load: async () => (await import('./commands/explain.ts')).explain }],
])
