import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Workshop } from './runbook.ts'

const shipped = (name: string) => readFileSync(new URL(`../../runbooks/${name}`, import.meta.url), 'utf8')

/** The shipped runbook, rehearsed with a root key that two users must agree on to wrap. */
function withKeyQuorum(people: string): Workshop {
  const changed = shipped('portable-root.rehearsal.yaml')
    .replace('cryptoUsers: [rootcu]', 'cryptoUsers: [rootcu, second]')
    .replace('keyQuorum: 1', 'keyQuorum: 2\n  keyUsers: [second]')
    .replace('\n    cloudhsm:\n', `\n    cloudhsm:\n      people: ${people}\n`)
    .replace('\n    users: ', '\n    quorumFolder: ${{ bindings.courier.path }}\n    users: ')
  const files = { 'portable-root.yaml': shipped('portable-root.yaml'), 'portable-root.rehearsal.yaml': changed }
  return new Workshop(files)
}

const admins = 'admins: [alice, bob, carol, dave], folder: "${{ bindings.courier.path }}"'

it('a root key with a quorum is wrapped when its users have signed', async () => {
  using workshop = withKeyQuorum(`{ ${admins}, keyUsers: [rootcu, second] }`)
  const { stderr, exit } = await workshop.see(['rehearse', 'portable-root.yaml', '--state', 'state'])
  expect(stderr).toMatch(/wrapRootKey: waiting, .* waits for 2 of 2 signatures of `rootcu`, `second`/)
  expect(exit).toBe(0)
})

it('a quorum that nobody can meet is refused before there is a root', async () => {
  using workshop = withKeyQuorum(`{ ${admins}, keyUsers: [second] }`)
  const { stderr, exit } = await workshop.see(['rehearse', 'portable-root.yaml', '--state', 'state'])
  expect(stderr).toContain('who have registered a key')
  expect(stderr).toMatch(/^not done: .*\brootKey\b/m)
  expect(exit).toBe(1)
})
