import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('runbooks/WHAT-HAPPENS-WHEN.md', root), 'utf8')
const items = page.split(/^- /m).slice(1)

it.each(items.map((item) => [/\*\*(.+?)\*\*/s.exec(item)?.[1] ?? item, item]))('%s: is backed by tests', (_, item) => {
  const named = [...item.matchAll(/<!--\s*(test\/\S+\.test\.ts): (.+?)\s*-->/gs)]
  expect(named.length).toBeGreaterThan(0)
  for (const [, path = '', title = ''] of named) {
    const file = new URL(path, root)
    expect(existsSync(file), `there is no ${path}`).toBe(true)
    const words = (text: string) => text.replaceAll(/\s+/g, ' ')
    expect(words(readFileSync(file, 'utf8'))).toContain(words(title))
  }
})
