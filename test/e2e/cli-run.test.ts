import { describe, expect, it } from 'vitest'
import { Workshop } from './runbook.ts'

const note = `runbook: note
format: 1
version: 1.0.0
title: Write a note
again: refuse
inputs:
  text: { type: string, description: What it says }
bindings:
  out: { kind: folder, description: Where the note goes }
steps:
  - id: note
    title: Write the note
    uses: file.write
    target: out
    with: { name: note.txt, content: "\${{ inputs.text }}" }
outputs:
  sha256: \${{ steps.note.outputs.sha256 }}
`

const environment = `environment: lab
format: 1
kind: test
bindings:
  out: { kind: folder, path: out }
approvers:
  witness: [alice]
allowedSigners: allowed_signers
`

const signers = 'alice ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKam6UDrvRlT98mUpNUs2vGSZImNS3YnNlChqnTmrlx9\n'

const approved = note.replace('with:', 'approval: { role: witness, count: 1 }\n    with:')
const onLab = ['--env', 'lab.yaml', '--input', 'text=hello', '--state', 'state']

function workshopWith(runbook: string): Workshop {
  const workshop = new Workshop({ 'note.yaml': runbook, 'lab.yaml': environment, allowed_signers: signers })
  workshop.write('out/.keep', '')
  return workshop
}

describe('apply', () => {
  it('prints the outputs on stdout and everything else on stderr', async () => {
    using workshop = workshopWith(note)
    await workshop.runbook(['apply', 'note.yaml', ...onLab, '--yes'], {
      stdout: `
        sha256: HASH
      `,
      stderr: `
        runbook      note: Write a note
        environment  lab (test)
        run          RUN
        state        DIR/state
        journal head HASH, 2 records
        1 note: Write the note
        1 note: applying, effect \`RUN.pwfcctef6n\`
        1 note: done (made, N s)
        journal head HASH, 5 records
      `,
    })
  })

  it('does not start without being told to, where nobody can be asked', async () => {
    using workshop = workshopWith(note)
    await workshop.runbook(['apply', 'note.yaml', ...onLab], {
      stderr: `
        error: \`apply\` asks before it starts, and there is no terminal to ask at
        hint: add \`--yes\`

        done:   nothing
        go on:  runbook apply --help
      `,
      exit: 2,
    })
  })

  it('refuses to do again what is done once, and names the run', async () => {
    using workshop = workshopWith(note)
    await workshop.see(['apply', 'note.yaml', ...onLab, '--yes'])
    await workshop.runbook(['apply', 'note.yaml', ...onLab, '--yes'], {
      stderr: `
        person needed[refused]: run \`RUN\`, begun TIME, made this already, and \`note\` is done once (\`again: refuse\`)
        hint: see what it made: \`runbook status RUN\`

        done:   nothing, by this command
        go on:  runbook status RUN --state state
      `,
      exit: 4,
    })
  })

  it('takes no approval outside of a sandbox, whatever is asked for', async () => {
    using workshop = workshopWith(approved)
    const { stderr, exit } = await workshop.see(['apply', 'note.yaml', ...onLab, '--yes'])
    expect(exit).toBe(4)
    expect(stderr).toContain('person needed[approval]: 1 note: `witness` has to approve')
    expect((await workshop.see(['resume', '--state', 'state', '--approve-all'])).exit).toBe(4)
  })

  it('shows a binding that does not open where the environment names it', async () => {
    using workshop = new Workshop({ 'note.yaml': note, 'lab.yaml': environment, allowed_signers: signers })
    const { stderr, exit } = await workshop.see(['apply', 'note.yaml', ...onLab, '--yes'])
    expect({ exit, first: stderr.split('\n', 1)[0] }).toEqual({
      exit: 3,
      first: expect.stringMatching(/^lab\.yaml:5:3: error\[not-found\]: /),
    })
  })

  it('prints an event a line and the result last, as JSON', async () => {
    using workshop = workshopWith(note)
    const { stdout, stderr } = await workshop.see(['apply', 'note.yaml', ...onLab, '--yes', '--json'])
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string })
    expect(lines.map(({ type }) => type)).toEqual([
      'run-started',
      'head',
      'step-started',
      'step-applying',
      'step-succeeded',
      'head',
      'run-ended',
      'result',
    ])
    expect(lines.at(-1)).toMatchObject({ exitCode: 0, run: 'RUN', outputs: { sha256: 'HASH' } })
    expect(stderr).toBe('')
  })
})

describe('plan', () => {
  it('shows what apply would do, and that it does', async () => {
    using workshop = workshopWith(note)
    const { stdout } = await workshop.see(['plan', 'note.yaml', ...onLab, '--out', 'plan.json'])
    expect(stdout).toContain('1 note  + makes  Write the note\n  file.write on out (exact)\n')
    expect((await workshop.see(['apply', 'plan.json', '--state', 'state', '--yes'])).exit).toBe(0)
  })

  it('is used once', async () => {
    using workshop = workshopWith(note.replace('again: refuse', 'again: repeat'))
    await workshop.see(['plan', 'note.yaml', ...onLab, '--out', 'plan.json'])
    await workshop.see(['apply', 'plan.json', '--state', 'state', '--yes'])
    const { stderr, exit } = await workshop.see(['apply', 'plan.json', '--state', 'state', '--yes'])
    expect(exit).toBe(4)
    expect(stderr).toContain('it was used by run `RUN`')
    expect(stderr).toContain('go on:  runbook plan DIR/note.yaml --env DIR/lab.yaml --input text=hello --state state\n')
  })

  it('refuses a file that is no plan', async () => {
    using workshop = new Workshop({ 'plan.json': '{"steps":1}' })
    const { stderr, exit } = await workshop.see(['apply', 'plan.json'])
    expect({ exit, first: stderr.split('\n', 1)[0] }).toEqual({
      exit: 3,
      first: 'plan.json:1:1: error[invalid-plan]: `plan.json` is no plan file',
    })
  })

  it('never replaces a file', async () => {
    using workshop = workshopWith(note)
    workshop.write('plan.json', 'mine')
    expect((await workshop.see(['plan', 'note.yaml', ...onLab, '--out', 'plan.json'])).exit).toBe(2)
  })
})

describe('status and resume', () => {
  it('say that there is nothing', async () => {
    using workshop = new Workshop()
    await workshop.runbook(['status', '--state', 'state'], { stderr: 'there is no run in DIR/state\n' })
    await workshop.runbook(['resume', '--state', 'state'], { stderr: 'no run is unfinished in state\n' })
  })

  it('status shows each step, and the command that goes on', async () => {
    using workshop = workshopWith(approved)
    await workshop.see(['apply', 'note.yaml', ...onLab, '--yes'])
    await workshop.runbook(['status', '--state', 'state'], {
      stdout: `
        run          RUN, begun TIME
        runbook      note 1.0.0: Write a note
        environment  lab (test)
        state        unfinished, 0 of 1 step done
        waits for    approval by \`witness\`, 0 of 1 given, before 1 note
        journal      3 records, last TIME, head HASH
        folder       DIR/state
        held by      nobody

        · 1 note  Write the note: not begun
            waits for approval by \`witness\`, 0 of 1 given

        next: runbook resume RUN --state state
      `,
    })
  })

  it('ask which one when several runs are unfinished', async () => {
    using workshop = workshopWith(approved)
    await workshop.see(['apply', 'note.yaml', ...onLab, '--yes'])
    await workshop.see([
      'apply',
      'note.yaml',
      '--env',
      'lab.yaml',
      '--input',
      'text=another',
      '--state',
      'state',
      '--yes',
    ])
    const { stderr, exit } = await workshop.see(['resume', '--state', 'state'])
    expect(exit).toBe(2)
    expect(stderr).toContain(
      'error: 2 runs are unfinished\nhint: name one: `RUN` (note, begun TIME), `RUN` (note, begun TIME)\n',
    )
  })

  it('resume refuses a runbook that changed', async () => {
    using workshop = workshopWith(approved)
    await workshop.see(['apply', 'note.yaml', ...onLab, '--yes'])
    workshop.write('note.yaml', note)
    const { stderr, exit } = await workshop.see(['resume', '--state', 'state'])
    expect(exit).toBe(4)
    expect(stderr).toContain(
      'person needed[changed]: runbook `DIR/note.yaml` of run `RUN` changed: SHA-256 was HASH, is HASH',
    )
  })
})
