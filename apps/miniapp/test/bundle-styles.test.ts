import { expect, inject, it } from 'vitest'
import { readBundle } from '../config/read-bundle.ts'
import { oldestPhones, styledAnyway } from './css-exceptions.ts'
import { unsupportedIn } from './css-support.ts'

const sheets = readBundle(inject('bundleFolder'))
  .filter(({ path }) => path.endsWith('.wxss'))
  .map(({ path, content }) => ({ path, styles: Buffer.from(content).toString() }))

it('has style sheets that the oldest phones of the browserslist support', () => {
  expect(sheets.map(({ path }) => path)).toContain('common.wxss')
  const unsupported = sheets.flatMap(({ path, styles }) =>
    unsupportedIn(styles, oldestPhones).map((what) => ({ path, what })),
  )
  expect(unsupported.filter(({ what }) => !(what in styledAnyway))).toEqual([])
})

it('sizes all sized components by their border box, inputs too', () => {
  const all = sheets.map(({ styles }) => styles).join('\n')
  const [, selectors = ''] =
    /([\w,\s]+)\{[^}]*box-sizing:\s*border-box/.exec(all.replace(/page\s*\{[^}]*\}/g, '')) ?? []
  expect(selectors.trim().split(/\s*,\s*/)).toEqual(
    expect.arrayContaining(['view', 'text', 'button', 'input', 'textarea']),
  )
})
