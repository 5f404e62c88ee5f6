import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyOfFixture, fixture, startTestPreview, temporaryFolder } from './phone.ts'

const stateOf = async (url: string): Promise<string | undefined> => {
  const html = await (await fetch(`${url}/phone`)).text()
  return /data-state="(\w+)"/.exec(html)?.[1]
}

test('GET /phone shows a notice when there is no build', async () => {
  const { url } = await startTestPreview({ dist: join(await temporaryFolder(), 'not-yet') })
  expect(await stateOf(url)).toBe('building')
  expect(await (await fetch(`${url}/__preview/bundle.js`)).text()).toBe('location.reload()')
})

test('GET /phone waits when a file of the build is missing, then shows the build', async () => {
  const folder = await copyOfFixture()
  await rm(join(folder, 'pages/mine/index.wxml'))
  const { url } = await startTestPreview({ dist: folder })
  expect(await stateOf(url)).toBe('building')

  await writeFile(join(folder, 'pages/mine/index.wxml'), '<view>我</view>')
  expect(await stateOf(url)).toBe('ready')
})

test('GET /phone keeps the last build when app.json disappears', async () => {
  const folder = await copyOfFixture()
  const { url } = await startTestPreview({ dist: folder })
  expect(await stateOf(url)).toBe('ready')
  await rm(join(folder, 'app.json'))
  expect(await stateOf(url)).toBe('ready')
})

test('GET /phone names the missing file when the folder no longer changes', async () => {
  const folder = await copyOfFixture()
  await rm(join(folder, 'pages/mine/index.wxml'))
  const { url, log } = await startTestPreview({ dist: folder })
  await expect.poll(() => stateOf(url), { timeout: 20_000, interval: 500 }).toBe('broken')
  expect(log).toEqual(['pages/mine/index.wxml: app.json needs this file, but it is not there'])
})

test.each([
  ['pages/mine/index.wxml', '\n<view wx:if="{{a">', 'pages/mine/index.wxml:2:14: missing expression end'],
  ['pages/mine/index.json', '{', 'pages/mine/index.json: '],
  ['app.wxss', '@import "./gone.wxss";', 'app.wxss: @import "./gone.wxss": there is no such file'],
])(
  'GET /phone and the log show the error when a file does not compile: %s',
  async (path, content, message) => {
    const folder = await copyOfFixture()
    await writeFile(join(folder, path), content)
    const { url, log } = await startTestPreview({ dist: folder })
    const html = await (await fetch(`${url}/phone`)).text()
    expect(html).toContain('data-state="broken"')
    expect(html).toContain(message.replaceAll('"', '&quot;'))
    expect(log[0]).toContain(message)
  },
)

test('GET /phone escapes file names of the build', async () => {
  const folder = await copyOfFixture()
  await writeFile(join(folder, 'pages/mine/<b>.json'), '{<script>')
  const { url } = await startTestPreview({ dist: folder })
  const html = await (await fetch(`${url}/phone`)).text()
  expect(html).toContain('&lt;b&gt;.json')
  expect(html).not.toContain('<b>')
})

describe('GET /__preview/files', () => {
  const get = async (path: string, dist = fixture) => {
    const { url } = await startTestPreview({ dist })
    const response = await fetch(`${url}/__preview/files/${path}`)
    await response.arrayBuffer()
    return response
  }

  test('returns an image of the build', async () => {
    const response = await get('images/dot.png')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/png')
  })

  test.each(['app.json', 'app.js', 'images/none.png', '%ff.png'])('rejects other files: %s', async (path) => {
    expect((await get(path)).status).toBeGreaterThanOrEqual(400)
  })

  test.each(['..%2Fimages%2Fdot.png', `${encodeURIComponent(join(fixture, 'images/dot.png'))}`])(
    'responds 404 outside the folder: %s',
    async (path) => {
      expect((await get(path, join(fixture, 'pages'))).status).toBe(404)
    },
  )
})

test('every path responds 403 when the Origin is foreign', async () => {
  const { url } = await startTestPreview()
  for (const path of ['/', '/phone', '/__preview/bundle.js', '/__preview/files/images/dot.png']) {
    const response = await fetch(url + path, { headers: { origin: 'https://evil.example' } })
    expect(response.status, path).toBe(403)
  }
})

test('GET /__preview/events sends a new version after each change and ends on close', async () => {
  const folder = await copyOfFixture()
  const preview = await startTestPreview({ dist: folder })
  const response = await fetch(`${preview.url}/__preview/events`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = (await reader?.read())?.value
  expect(first).toMatch(/^data: \{"version":"[0-9a-f]{16}"\}\n\n$/)

  await writeFile(join(folder, 'pages/mine/index.wxml'), '<view>新</view>')
  const second = (await reader?.read())?.value
  expect(second).toMatch(/^data: /)
  expect(second).not.toBe(first)

  await preview.close()
  await expect(reader?.read()).rejects.toThrow('terminated')
})
