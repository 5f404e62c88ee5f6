import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { strings as agreement } from '../src/account/agreement/strings.ts'
import { strings as dataStrings } from '../src/account/data/strings.ts'
import { strings as privacy } from '../src/account/privacy/strings.ts'
import { messagesFor } from '../src/i18n/index.ts'
import { zhCn } from '../src/i18n/zh-cn.ts'
import { dataPractices } from './session/fake-server.ts'

const names = (strings: object): string[] =>
  Object.values(strings).filter((value): value is string => typeof value === 'string')

describe('legal texts', () => {
  it.each(['zh_CN', 'en'] as const)('name only rows of the Me page in %s', (language) => {
    const { me } = messagesFor(language)
    const { before, fromConfiguration, after } = privacy[language]
    const policy = [...before(), ...fromConfiguration(dataPractices), ...after()]
    const paragraphs = [...agreement[language].sections, ...policy].flatMap((section) => section.paragraphs)
    const directions = paragraphs.filter((paragraph) => paragraph.includes(`“${me.title}”`))
    expect(directions.length).toBeGreaterThanOrEqual(4)
    const named = directions.flatMap((paragraph) =>
      [...paragraph.matchAll(/“(.+?)”/g)].map(([, name]) => name),
    )
    expect(named.filter((name = '') => !names(me).includes(name))).toEqual([])
    for (const row of [me.profile, me.phone, me.data]) expect(named).toContain(row)
  })
})

it('docs name only menu items that the Me page has', () => {
  const repository = new URL('../../../', import.meta.url)
  const docs = readdirSync(new URL('docs/', repository)).map((name) => `docs/${name}`)
  const paths = [...docs, 'README.md', 'README.zh-CN.md'].filter((path) => path.endsWith('.md'))
  const known = [...names(zhCn.me), ...names(dataStrings.zh_CN)]
  const named = paths.flatMap((path) => {
    const text = readFileSync(new URL(path, repository), 'utf8')
    return [...text.matchAll(/我的[”」]?((?:\s*(?:→|>|里的)\s*[“「]?\p{Script=Han}+[”」]?)+)/gu)].flatMap(
      ([, way = '']) => [...way.matchAll(/\p{Script=Han}{2,}/gu)].map(([name]) => ({ path, name })),
    )
  })
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter(({ name }) => name !== '里的' && !known.includes(name))).toEqual([])
})
