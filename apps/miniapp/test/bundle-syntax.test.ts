import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { readBundle } from '../config/read-bundle.ts'
import { findWechatCompilers } from './wechat-compilers.ts'

const compilers = findWechatCompilers()
const folder = inject('bundleFolder')
const paths = (pattern: RegExp) =>
  readBundle(folder)
    .map(({ path }) => path)
    .filter((path) => pattern.test(path))

describe.runIf(compilers)("WeChat's compilers", () => {
  const { checkTemplates, checkStyles } = compilers ?? { checkTemplates: () => '', checkStyles: () => '' }

  it('accept every template of the bundle', () => {
    const templates = paths(/\.(wxml|wxs)$/)
    expect(templates).toContain('base.wxml')
    expect(checkTemplates(folder, templates)).toBe('')
  })

  it('accept every style sheet of the bundle', () => {
    const styles = paths(/\.wxss$/)
    expect(styles).toContain('app.wxss')
    expect(checkStyles(folder, styles)).toBe('')
  })

  it.each([
    ['<view wx:if="{{a b}}" />', 'a.wxml', 'unexpected token'],
    ['<view><text></view>', 'a.wxml', 'expect end-tag'],
    ['<view wx:else />', 'a.wxml', 'wx:if not found'],
    ['<wxs src="gone.wxs" module="m" />', 'a.wxml', 'gone.wxs not found'],
    ['<wxs module="m">var a = ;</wxs>', 'a.wxml', 'Expected exp'],
    ['@import "gone.wxss";', 'a.wxss', '`gone.wxss` not found'],
    ['.a { color: red', 'a.wxss', 'unexpected token'],
  ])('reject %s', (content, path, complaint) => {
    const other = mkdtempSync(join(tmpdir(), 'wechat-compilers-'))
    onTestFinished(() => rmSync(other, { recursive: true }))
    writeFileSync(join(other, path), content)
    const check = path.endsWith('.wxml') ? checkTemplates : checkStyles
    expect(check(other, [path])).toContain(complaint)
  })
})
