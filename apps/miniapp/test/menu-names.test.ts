import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as legalEn from '../src/account/agreement/strings.ts'
import { words as leaveWords } from '../src/account/data/strings.ts'
import type { Document } from '../src/account/lib/legal-document.ts'
import * as legalZhCn from '../src/account/privacy/strings.ts'
import { en } from '../src/i18n/en.ts'
import { zhCn } from '../src/i18n/zh-cn.ts'

const names = (strings: object): string[] =>
  Object.values(strings).filter((value): value is string => typeof value === 'string')

describe('a legal text names only what the menu has', () => {
  it.each([
    ['Chinese', zhCn, legalZhCn],
    ['English', en, legalEn],
  ])('in %s', (_language, text, { agreement, privacy }) => {
    const paragraphs = [agreement, privacy].flatMap(({ sections }: Document) =>
      sections.flatMap((section) => section.paragraphs),
    )
    const ways = paragraphs.filter((paragraph) => paragraph.includes(`“${text.me.title}”`))
    expect(ways.length).toBeGreaterThanOrEqual(4)
    const named = ways.flatMap((paragraph) => [...paragraph.matchAll(/“(.+?)”/g)].map(([, name]) => name))
    expect(named.filter((name = '') => !names(text.me).includes(name))).toEqual([])
    for (const item of [text.me.profile, text.me.phone, text.me.leave]) expect(named).toContain(item)
  })
})

it('every document leads to a menu item that the tab 我的 has', () => {
  const repository = new URL('../../../', import.meta.url)
  const docs = readdirSync(new URL('docs/', repository)).map((name) => `docs/${name}`)
  const paths = [...docs, 'README.md', 'README.zh-CN.md'].filter((path) => path.endsWith('.md'))
  const known = [...names(zhCn.me), ...names(leaveWords.zh_CN)]
  const named = paths.flatMap((path) => {
    const text = readFileSync(new URL(path, repository), 'utf8')
    return [...text.matchAll(/我的[”」]?((?:\s*(?:→|>|里的)\s*[“「]?\p{Script=Han}+[”」]?)+)/gu)].flatMap(
      ([, way = '']) => [...way.matchAll(/\p{Script=Han}{2,}/gu)].map(([name]) => ({ path, name })),
    )
  })
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter(({ name }) => name !== '里的' && !known.includes(name))).toEqual([])
})
