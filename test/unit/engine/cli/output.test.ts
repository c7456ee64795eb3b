import { expect, it } from 'vitest'
import { outputTo } from '../../../../engine/cli/output.ts'
import { redactor } from '../../../../engine/redaction/redactor.ts'
import { capturedStream } from './captured-stream.ts'

redactor.add({ reference: 'env:OUTPUT_PIN', value: 'correct horse battery' })
redactor.add({ reference: 'env:OUTPUT_SHORT', value: '4711' })

it('lets no secret pass, also in parts, and gives out its end at the flush', async () => {
  const { stream, written } = capturedStream()
  const output = outputTo(stream, {}, false)
  output.write('one ')
  output.write('correct ho')
  output.write('rse battery two 47')
  output.write('11')
  await output.flush()
  expect(written()).toBe('one [secret env:OUTPUT_PIN] two [secret env:OUTPUT_SHORT]')
})

it('goes on after a flush', async () => {
  const { stream, written } = capturedStream()
  const output = outputTo(stream, {}, false)
  output.write('correct')
  await output.flush()
  output.write(' horse battery\n')
  await output.flush()
  expect(written()).toBe('correct horse battery\n') // two texts, of which neither holds it
})

it('shows a line at once', () => {
  const { stream, written } = capturedStream()
  outputTo(stream, {}, false).write('step 1 is done\n')
  expect(written()).toBe('step 1 is done\n')
})

it('lets none be drawn, and lets the drawer take `write` away meanwhile', async () => {
  const { stream, written } = capturedStream({ isTTY: true })
  const output = outputTo(stream, {}, false)
  const { screen } = output
  if (screen === undefined) throw new Error('no screen')
  const draw = screen.write
  const waiting: string[] = []
  screen.write = (text: Uint8Array | string) => waiting.push(String(text)) > 0
  output.write('line\n')
  draw('frame correct horse battery\n')
  screen.write = draw
  for (const text of waiting) output.write(text)
  await output.flush()
  expect(screen.columns).toBe(80)
  expect(written()).toBe('frame [secret env:OUTPUT_PIN]\nline\n')
})
