import { expect, test } from 'vitest'
import { compileWxss, inlineImports } from '../src/compiler/compile-wxss.ts'

const compile = (text: string, scope?: string) => compileWxss({ text, scope })

test.each([
  ['page{margin:0}', 'wx-page{margin:0}'],
  ['view,text > image{a:b}', 'wx-view,wx-text > wx-image{a:b}'],
  ['.page .view{a:b}', '.page .view{a:b}'],
  ['button::after{border:none}', 'wx-button::after{border:none}'],
  ['.a:not(view):nth-child(2n+1){a:b}', '.a:not(wx-view):nth-child(2n+1){a:b}'],
  ['.a:nth-child(odd){a:b}', '.a:nth-child(odd){a:b}'],
  ['input[type="my text"]{a:b}', 'wx-input[type="my text"]{a:b}'],
  ['@media (min-width: 1px){view{a:b}}', '@media (min-width: 1px){wx-view{a:b}}'],
  ['@keyframes from-to{from{top:75rpx}to{top:0}}', '@keyframes from-to{from{top:10vw}to{top:0}}'],
  ['@font-face{font-family:x;src:url(a)}', '@font-face{font-family:x;src:url(a)}'],
  ['@charset "utf-8";view{a:b}', 'wx-view{a:b}'],
  ['/* { */view{a:b}/* } */', 'wx-view{a:b}'],
])('compiles %s', (wxss, css) => {
  expect(compile(wxss)).toBe(css)
})

test.each([
  ['width:750rpx', 'width:100vw'],
  ['margin:-.75rpx 1px', 'margin:-0.1vw 1px'],
  ['height:calc(100vh - 7.5rpx)', 'height:calc(100cqh - 1vw)'],
  ['padding:env(safe-area-inset-bottom, 4px)', 'padding:var(--safe-area-inset-bottom, 0px)'],
  ['background:url(data:image/png;base64,1vh+2rpx/)', 'background:url(data:image/png;base64,1vh+2rpx/)'],
  ['content:"1rpx; } {"', 'content:"1rpx; } {"'],
])('compiles the units of %s', (declaration, css) => {
  expect(compile(`.a{${declaration}}`)).toBe(`.a{${css}}`)
})

test('compileWxss scopes the classes of an isolated component', () => {
  expect(compile('.a .b-c,view.a{x:y}', 'own')).toBe('.own--a .own--b-c,wx-view.own--a{x:y}')
})

test('inlineImports puts imported styles in place', () => {
  const read = (address: string) => `.from${address.replace(/\W/g, '')}{}`
  expect(inlineImports('@import "./a.wxss";@import url(/b.wxss);/*@import "c";*/.d{}', read)).toBe(
    '.fromawxss{}.frombwxss{}.d{}',
  )
})
