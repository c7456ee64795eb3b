import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { familiesText } from '../../engine/cli/families-text.ts'
import { families } from '../../steps/index.ts'
import { Workshop } from './runbook.ts'

const good = `runbook: note
format: 1
version: 1.0.0
title: Write a note
again: converge
bindings:
  out: { kind: folder, description: Where the note goes }
steps:
  - id: note
    title: Write it
    uses: file.write
    target: out
    with: { name: note.txt, content: hello }
`

const environment = `environment: lab
format: 1
kind: test
bindings:
  out: { kind: folder, path: out }
`

it('says what is valid', async () => {
  using workshop = new Workshop({ 'note.yaml': good, 'lab.yaml': environment })
  await workshop.runbook(['validate', 'note.yaml', 'lab.yaml'], {
    stdout: `
      note.yaml: valid, runbook \`note\` 1.0.0, 1 step
      lab.yaml: valid, environment \`lab\` (test)
    `,
  })
})

it('shows every mistake where it stands', async () => {
  using workshop = new Workshop({
    'note.yaml': good.replace('again: converge', 'again: maybe').replace('uses: file.write', 'uses: file.wriet'),
  })
  await workshop.runbook(['validate', 'note.yaml'], {
    stdout: `
      note.yaml: 2 mistakes
    `,
    stderr: `
      note.yaml:5:8: error[wrong-value]: wanted \`refuse\`, \`converge\` or \`repeat\`, found the string \`maybe\`
        5 | again: maybe
          |        ^~~~~

      note.yaml:11:11: error[unknown-step-type]: unknown step type \`file.wriet\`
       11 |     uses: file.wriet
          |           ^~~~~~~~~~
      hint: did you mean \`file.write\`?

      done:   nothing
      go on:  runbook validate note.yaml
    `,
    exit: 3,
  })
})

it('shows in which file a binding is missing', async () => {
  using workshop = new Workshop({ 'note.yaml': good, 'lab.yaml': environment.replace('out:', 'outt:') })
  const { stderr, exit } = await workshop.see(['validate', 'note.yaml', '--env', 'lab.yaml'])
  expect({ exit, first: stderr.split('\n', 1)[0] }).toEqual({
    exit: 3,
    first: 'lab.yaml:4:1: error[missing-binding]: binding `out` of runbook `note` is missing',
  })
})

it('prints positions as JSON', async () => {
  using workshop = new Workshop({ 'note.yaml': good.replace('again: converge', 'again: maybe') })
  const { stdout, exit } = await workshop.see(['validate', 'note.yaml', '--json'])
  expect(exit).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({
    exitCode: 3,
    error: { diagnostics: [{ code: 'wrong-value', file: 'note.yaml', line: 5, column: 8 }] },
  })
})

it('reads a description of the families that is not stale', () => {
  const built = readFileSync(new URL('../../dist/bin/families.json', import.meta.url), 'utf8')
  expect(built).toBe(familiesText(families))
})
