// @ts-check
/**
 * What `npm start` and `npm test` run in a fresh clone, before `node_modules` exists: plain JavaScript, no dependencies.
 *
 *     node engine/bootstrap.mjs start [FILE…]   set up, build, rehearse the portable root
 *     node engine/bootstrap.mjs test [ARG…]     set up, build, all tests on Node and on Bun; arguments go to vitest
 *     node engine/bootstrap.mjs ensure          set up and build only
 */
import { supportedNode } from './bootstrap/supported-node.mjs'

const [command = 'ensure', ...args] = process.argv.slice(2)
const refused = supportedNode(process.versions.node)

if (refused !== undefined) {
  console.error(refused)
  process.exitCode = 2
} else {
  // loaded only now, so that an old Node gives the message above instead of a syntax error
  const { bootstrap } = await import('./bootstrap/bootstrap.mjs')
  process.exitCode = await bootstrap(command, args)
}
