import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isProvablyDead, thisProcess } from '../../../../engine/run/process-identity.ts'

const python = spawnSync('python3', ['-c', '']).status === 0

it('holds this process for alive', () => {
  expect(isProvablyDead(thisProcess())).toBe(false)
  expect(thisProcess()).toEqual(thisProcess())
})

// only Linux shows the first thread of a process as dead while others live; Python is the one program at hand that can do it
it.skipIf(process.platform !== 'linux' || !python)(
  'holds a process for alive whose first thread is dead and another one is still at work',
  async () => {
    const child = spawn('python3', [
      '-c',
      `
import ctypes, os, sys, threading
def work():
    while True:
        with open(f'/proc/{os.getpid()}/stat') as stat:
            if ') Z ' in stat.read(): break
    print('alone', flush=True)
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=work).start()
ctypes.CDLL(None).pthread_exit(None)
`,
    ])
    const exited = once(child, 'exit')
    try {
      await once(child.stdout, 'data')
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
      expect(stat).toContain(') Z ')
      const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
      const holder = { ...thisProcess(), pid: child.pid ?? 0, began }
      expect(isProvablyDead(holder)).toBe(false)
      child.stdin.end()
      await exited
      expect(isProvablyDead(holder)).toBe(true)
    } finally {
      child.kill('SIGKILL')
    }
  },
)
