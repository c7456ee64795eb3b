import { describe, expect, it } from 'vitest'
import { Workshop } from './runbook.ts'

describe('wrong usage', () => {
  it('shows the help and exits with 2 when there is no command', async () => {
    using workshop = new Workshop()
    const { stdout, stderr, exit } = await workshop.see([])
    expect({ stdout, exit, first: stderr.split('\n', 1)[0] }).toEqual({
      stdout: '',
      exit: 2,
      first: 'Example: runbook rehearse runbooks/portable-root.yaml',
    })
  })

  it('names the near command', async () => {
    using workshop = new Workshop()
    await workshop.runbook(['aply'], {
      stderr: `
        error: unknown command \`aply\`
        hint: did you mean \`apply\`?

        done:   nothing
        go on:  runbook --help
      `,
      exit: 2,
    })
  })

  it('names the near option', async () => {
    using workshop = new Workshop()
    await workshop.runbook(['status', '--stat', 'x'], {
      stderr: `
        error: unknown option \`--stat\`
        hint: did you mean \`--state\`?

        done:   nothing
        go on:  runbook status --help
      `,
      exit: 2,
    })
  })

  it('wants to know what a sandbox is for that is not there yet', async () => {
    using workshop = new Workshop()
    const { stderr, exit } = await workshop.see(['sandbox', '--dir', 'lab'])
    expect({ exit, lines: stderr.split('\n', 2) }).toEqual({
      exit: 2,
      lines: ['error: there is no sandbox in `lab` yet', 'hint: name the runbooks that it is for'],
    })
  })

  it('names a file that is not there', async () => {
    using workshop = new Workshop()
    await workshop.runbook(['validate', 'no.yaml'], {
      stderr: `
        error: there is no file \`no.yaml\`

        done:   nothing
        go on:  runbook validate --help
      `,
      exit: 2,
    })
  })

  it('names a fault that is none before anything is started', async () => {
    using workshop = new Workshop()
    const { stderr, exit } = await workshop.see(['sandbox', '--fault', 'acm-pca.IssueCertificate=throtle'])
    expect({ exit, hint: stderr.split('\n')[1] }).toEqual({ exit: 2, hint: 'hint: did you mean `throttle`?' })
  })

  it('prints the mistake as JSON where JSON was asked for', async () => {
    using workshop = new Workshop()
    const { stdout, exit } = await workshop.see(['status', '--json', 'nope'])
    expect(exit).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ type: 'result', exitCode: 2, error: { kind: 'error' }, done: [] })
  })
})

describe('help', () => {
  it.each(['validate', 'rehearse', 'plan', 'preflight', 'apply', 'status', 'resume', 'sandbox', 'steps', 'explain'])(
    'of %s begins with an example',
    async (command) => {
      using workshop = new Workshop()
      const { stdout, stderr, exit } = await workshop.see([command, '--help'])
      expect({ stderr, exit, first: stdout.split('\n', 1)[0] }).toEqual({
        stderr: '',
        exit: 0,
        first: expect.stringMatching(`^Example: runbook ${command}`),
      })
    },
  )
})

describe('explain', () => {
  it('tells what a code means and what to do', async () => {
    using workshop = new Workshop()
    await workshop.runbook(['explain', 'locked'], {
      stdout: `
        locked (person needed)
          Another process works in the same state folder. One run at a time does.
          Wait for it or stop it; \`runbook status\` shows who it is. A lock of a process that is provably dead is taken over by itself.
      `,
    })
  })

  it('names the near code', async () => {
    using workshop = new Workshop()
    const { stderr, exit } = await workshop.see(['explain', 'in-dout'])
    expect({ exit, hint: stderr.split('\n')[1] }).toEqual({ exit: 2, hint: 'hint: did you mean `in-doubt`?' })
  })
})

describe('colours', () => {
  it('come with FORCE_COLOR and go with --no-color', async () => {
    using workshop = new Workshop({}, { FORCE_COLOR: '1' })
    expect((await workshop.see(['aply'])).stderr).toContain('\u001b[')
    expect((await workshop.see(['aply', '--no-color'])).stderr).not.toContain('\u001b[')
  })
})
