import { createHash } from 'node:crypto'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import type { ScriptDeclaration } from '../../../../engine/step/script.ts'
import { runScript, type ScriptCall } from '../../../../steps/script/run-script.ts'

const never = new AbortController().signal
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-script-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function declared(source: string, more: Partial<ScriptDeclaration> = {}): ScriptDeclaration {
  const bytes = Buffer.from(source)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { path: '/ceremony/rotate badges.mjs', sha256, bytes, effect: 'once', hasCheck: false, outputs: {}, ...more }
}

function run(
  source: string,
  call: Partial<ScriptCall> = {},
  more: Partial<ScriptDeclaration> = {},
): Promise<JsonObject> {
  const given = { inputs: { site: 'oslo', folder } }
  return runScript(declared(source, more), {
    ...{ name: 'default', given, effectId: '20261122-135012-k7m2q.abcdef', sandbox: true, signal: never },
    ...call,
  })
}

function fifo(name: string): string {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return path
}

/**
 * Ends when the pipe's last writer is gone, which shows without a clock that a process ended. By another program, as a read that waits
 * for a writer would occupy one of the few threads that this process reads and writes with.
 */
async function read(path: string): Promise<string> {
  const cat = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of cat.stdout) text += String(chunk)
  return text
}

describe('runScript', () => {
  it('gives the script its parameters and the globals of zx, and gives back what it returns', async () => {
    const source = `
      import { $ as named } from 'zx'
      export default async ({ inputs }) => {
        const { stdout } = await $\`echo \${inputs.site}\`
        console.log('seen by nobody')
        return { site: stdout.trim(), effect: (await named\`echo $RUNBOOK_EFFECT\`).stdout.trim() }
      }`
    expect(await run(source)).toEqual({ site: 'oslo', effect: '20261122-135012-k7m2q.abcdef' })
  })

  it('starts it in an empty folder, without credentials, and in a rehearsal with an empty home', async () => {
    process.env['AWS_SESSION_TOKEN'] = 'planted'
    const source = `
      import { readdirSync } from 'node:fs'
      export default () => ({ here: readdirSync('.'), home: readdirSync(process.env.HOME).filter((name) => name !== '.bun'), names: Object.keys(process.env) })`
    const found = await run(source)
    delete process.env['AWS_SESSION_TOKEN']
    expect(found).toMatchObject({ here: [], home: [] })
    expect(found['names']).not.toContain('AWS_SESSION_TOKEN')
  })

  it('leaves no folder behind, whether it returned or failed', async () => {
    process.env['TMPDIR'] = folder
    try {
      await run('export default () => ({})')
      await expect(run(`export default () => { throw new Error('no') }`)).rejects.toThrow('no')
      expect(readdirSync(folder)).toEqual([])
    } finally {
      delete process.env['TMPDIR']
    }
  })

  it('takes nothing returned for no outputs', async () => {
    expect(await run('export default () => undefined')).toEqual({})
  })

  it('ends what the script left running in its group', async () => {
    fifo('ready')
    const held = fifo('held')
    const source = `
      import { readFileSync } from 'node:fs'
      import { spawn } from 'node:child_process'
      export default ({ inputs: { folder } }) => {
        spawn('sh', ['-c', 'exec 3> held; echo go > ready; exec sleep 1000'], { cwd: folder, stdio: 'ignore' })
        readFileSync(folder + '/ready')
        return { left: true }
      }`
    const released = read(held)
    expect(await run(source)).toEqual({ left: true })
    expect(await released).toBe('')
  })
})

describe('a script that fails', () => {
  it('is named with the line and the message, and its outcome is unknown', async () => {
    const source = `export default async () => {\n  console.error('working')\n  throw new Error('the badge printer is offline')\n}`
    await expect(run(source)).rejects.toMatchObject({
      code: 'invalid',
      message: 'script `rotate badges.mjs` failed at line 3: the badge printer is offline',
      outcomeUnknown: true,
      facts: { stderr: 'working\n' },
    })
  })

  it('keeps code, hint and what it knows of the outcome', async () => {
    const source = `export default () => {
      throw Object.assign(new Error('busy'), { code: 'in-use', hint: 'wait for the printer', outcomeUnknown: false })
    }`
    await expect(run(source)).rejects.toMatchObject({
      code: 'in-use',
      hint: 'wait for the printer',
      outcomeUnknown: false,
    })
  })

  it('cannot say `cancelled` or `bug`, nor codes of its own', async () => {
    for (const code of ['cancelled', 'bug', 'ENOENT'])
      await expect(
        run(`export default () => { throw Object.assign(new Error('x'), { code: '${code}' }) }`),
      ).rejects.toMatchObject({ code: 'invalid' })
  })

  it('names the exit code and last line of a command that failed', async () => {
    const source = `export default async () => {\n  await $\`echo first >&2; echo disk is full >&2; exit 3\`\n}`
    await expect(run(source)).rejects.toThrow(
      'script `rotate badges.mjs` failed at line 2: a command ended with exit code 3: `disk is full`',
    )
  })

  it('is heard when it fails beside its function', async () => {
    const source = `export default () => new Promise(() => { setTimeout(() => { throw new Error('later') }, 1) })`
    await expect(run(source)).rejects.toMatchObject({ message: expect.stringContaining('later') as string })
    await expect(run(`export default () => { process.exit(0) }`)).rejects.toMatchObject({
      message: 'script `rotate badges.mjs` ended with exit code 0 before its function returned',
      outcomeUnknown: true,
    })
    await expect(run(`export default () => new Promise(() => undefined)`)).rejects.toMatchObject({
      message: expect.stringContaining('before its function returned') as string,
    })
    await expect(run(`export default () => process.kill(process.pid, 'SIGKILL')`)).rejects.toMatchObject({
      message: 'script `rotate badges.mjs` was ended with exit code 137',
      outcomeUnknown: true,
    })
  })

  it('surely did nothing when it could not be loaded', async () => {
    const unloadable = [
      'export default () => ({',
      `import './lib.mjs'\nexport default () => ({})`,
      `await $\`touch \${process.env.HOME}\``,
    ]
    for (const source of unloadable)
      await expect(run(source)).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('script `rotate badges.mjs` cannot be loaded') as string,
        outcomeUnknown: false,
      })
    await expect(run('export default () => ({})', {}, { hasCheck: true })).rejects.toMatchObject({
      outcomeUnknown: false,
    })
  })

  it('is refused when it exports what the runbook does not say, or no function', async () => {
    await expect(run(`export default () => ({})\nexport const check = () => ({})`)).rejects.toThrow('exports `check`')
    await expect(run('export default 3')).rejects.toThrow('exports no function as `default`')
    await expect(run('export default () => 3')).rejects.toThrow('returned a number, wanted an object')
  })

  it('is refused when it returns more than a journal line should hold', async () => {
    await expect(run(`export default () => ({ text: 'x'.repeat(300_000) })`)).rejects.toThrow('wanted at most 262144')
  })
})

describe('the processes of a script', () => {
  const waiting = `
    import { spawnSync } from 'node:child_process'
    export default ({ inputs: { folder } }) => {
      spawnSync('sh', ['-c', \`(exec 3> \${folder}/held; echo go > \${folder}/ready; exec sleep 1000) & wait\`])
    }`

  it('end as a group when it is stopped', async () => {
    const [ready, held] = [fifo('ready'), fifo('held')]
    const stop = new AbortController()
    const work = run(waiting, { signal: stop.signal })
    const released = read(held)
    await read(ready)
    stop.abort()
    await expect(work).rejects.toMatchObject({
      code: 'cancelled',
      message: 'script `rotate badges.mjs` was ended on request',
      outcomeUnknown: true,
    })
    expect(await released).toBe('')
  })

  it('end as a group when they do not end when asked', async () => {
    const [ready, held] = [fifo('ready'), fifo('held')]
    const stop = new AbortController()
    const deaf = waiting.replace('(exec', `trap '' TERM; (exec`)
    const work = run(deaf, { signal: stop.signal, graceMs: 1 })
    const released = read(held)
    await read(ready)
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(await released).toBe('')
  })

  it.each(['killed', 'exited'])('end as a group when the engine is %s', async (how) => {
    const [ready, held] = [fifo('ready'), fifo('held')]
    writeFileSync(join(folder, 'waiting.mjs'), waiting)
    mkdirSync(join(folder, 'tmp'))
    const runtime = process.versions['bun'] === undefined ? ['--import', 'tsx'] : []
    const engine = spawn(process.execPath, [...runtime, join(import.meta.dirname, 'engine-process.ts'), folder], {
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { ...process.env, TMPDIR: join(folder, 'tmp') },
    })
    const released = read(held)
    await read(ready)
    if (how === 'killed') engine.kill('SIGKILL')
    else engine.stdin.write('end')
    expect(await released).toBe('')
  })
})
