import { expect, it } from 'vitest'
import { painter } from '../../../../engine/render/paint.ts'
import { type Failure, renderFailure } from '../../../../engine/render/render-failure.ts'

const failure: Failure = {
  kind: 'error',
  code: 'device',
  message: '3 signRoot: the token is gone',
  hint: 'plug it in',
  diagnostics: [],
  tables: {},
  stack: undefined,
  done: ['1 rootKey (made)', '2 rootTbs (looked)'],
  notDone: ['3 signRoot'],
  goOn: 'runbook resume 20261122-135012-k7m2q',
}

it('says what happened, what was done, what was not, and the command that goes on, in this order', () => {
  expect(renderFailure(failure, painter(false), false)).toBe(`error[device]: 3 signRoot: the token is gone
hint: plug it in

done:      1 rootKey (made), 2 rootTbs (looked)
not done:  3 signRoot
go on:     runbook resume 20261122-135012-k7m2q
`)
})

it('makes control characters of a message visible', () => {
  expect(renderFailure({ ...failure, message: 'a\u001b[2Jb' }, painter(false), false)).toContain('a\\x1b[2Jb')
})

it('puts a mistake in a file where it stands', () => {
  const source = { path: 'a.yaml', text: 'runbok: x\n', sha256: '' }
  const diagnostic = { code: 'unknown-key', message: 'unknown key `runbok`', source, span: { start: 0, end: 6 } }
  const text = renderFailure(
    { ...failure, message: undefined, diagnostics: [diagnostic], done: [], notDone: [] },
    painter(false),
    false,
  )
  expect(text).toBe(`a.yaml:1:1: error[unknown-key]: unknown key \`runbok\`
  1 | runbok: x
    | ^~~~~~

done:   nothing
go on:  runbook resume 20261122-135012-k7m2q
`)
})
