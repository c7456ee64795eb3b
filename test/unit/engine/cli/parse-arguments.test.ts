import { expect, it } from 'vitest'
import { parseArguments } from '../../../../engine/cli/parse-arguments.ts'

it('takes options before and behind operands', () => {
  const args = parseArguments(
    ['--state', '/s', 'a.yaml', '--yes', '--input=x=1', '--input', 'y=a=b'],
    ['state', 'yes', 'input'],
  )
  expect(args.operands).toEqual(['a.yaml'])
  expect(args.value('state')).toBe('/s')
  expect(args.flag('yes')).toBe(true)
  expect(args.values('input')).toEqual(['x=1', 'y=a=b'])
  expect(args.flag('json')).toBe(false)
})

it('takes anything behind `--` as an operand', () => {
  expect(parseArguments(['--', '--yes'], ['yes']).operands).toEqual(['--yes'])
})

it.each<[string, readonly string[], string, string | undefined]>([
  ['an option without its value', ['--state'], '`--state` needs a value', 'write `--state DIR`'],
  ['an option for a value', ['--state', '--yes'], '`--state` needs a value', 'write `--state DIR`'],
  ['an empty value', ['--state='], '`--state` needs a value', 'write `--state DIR`'],
  ['a value for a flag', ['--yes=no'], '`--yes` takes no value, found `no`', undefined],
  ['the same option twice', ['--state', 'a', '--state', 'b'], '`--state` is given twice', undefined],
  ['a near option', ['--stat', 'a'], 'unknown option `--stat`', 'did you mean `--state`?'],
  ['a strange option', ['--frobnicate'], 'unknown option `--frobnicate`', 'see `--help`'],
  ['an option of another command', ['--fault', 'x'], '`--fault` has no meaning for this command', 'see `--help`'],
])('refuses %s', (_, argv, message, hint) => {
  expect(() => parseArguments(argv, ['state', 'yes'])).toThrow(expect.objectContaining({ message, hint }))
})
